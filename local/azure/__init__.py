"""An emulated Azure OpenAI resource: files, fine-tuning, models, deployments, chat, metrics."""
