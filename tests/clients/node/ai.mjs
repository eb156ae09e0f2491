// Vercel's AI SDK: prints what it understood as one JSON object.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateObject, generateText, streamText, tool } from "ai";
import { z } from "zod";

const provider = createOpenAICompatible({
  name: "tunedrop",
  baseURL: process.env.URL,
  apiKey: process.env.KEY,
  includeUsage: true,
  supportsStructuredOutputs: true,
});
const model = provider("base");
const prompt = "What should I see in Rome?";

const whole = await generateText({ model, prompt });

const stream = streamText({ model, prompt });
let streamed = "";
for await (const piece of stream.textStream) streamed += piece;
const usage = await stream.usage;

const asked = await generateText({
  model,
  prompt,
  toolChoice: "required",
  tools: { weather: tool({ inputSchema: z.object({ city: z.string() }) }) },
});

const object = await generateObject({ model, prompt, schema: z.object({ city: z.string() }) });

const error = await generateText({ model: provider("nope"), prompt, maxRetries: 0 }).catch((e) => e);

console.log(
  JSON.stringify({
    model: whole.response.modelId,
    text: whole.text,
    streamed,
    usage: usage.totalTokens,
    tool: asked.toolCalls[0].toolName,
    parsed: object.object,
    error: { status: error.statusCode, code: error.data.error.code },
  }),
);
