// OpenAI's client for Node: prints what it understood as one JSON object.
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";

const client = new OpenAI({ baseURL: process.env.URL, apiKey: process.env.KEY, maxRetries: 0 });
const model = "base";
const messages = [{ role: "user", content: "What should I see in Rome?" }];

const whole = await client.chat.completions.create({ model, messages });

const stream = await client.chat.completions.create({
  model,
  messages,
  stream: true,
  stream_options: { include_usage: true },
});
let streamed = "";
let usage = null;
for await (const chunk of stream) {
  streamed += chunk.choices[0]?.delta?.content ?? "";
  usage = chunk.usage ?? usage;
}

const weather = {
  type: "function",
  function: {
    name: "weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};
const asked = await client.chat.completions.create({
  model,
  messages,
  tools: [weather],
  tool_choice: "required",
});

const Place = z.object({ city: z.string() });
const parsed = await client.chat.completions.parse({
  model,
  messages,
  response_format: zodResponseFormat(Place, "place"),
});

const models = [];
for await (const one of client.models.list()) models.push(one.id);

const error = await client.chat.completions.create({ model: "nope", messages }).catch((e) => e);

console.log(
  JSON.stringify({
    model: whole.model,
    text: whole.choices[0].message.content,
    streamed,
    usage: usage.total_tokens,
    tool: asked.choices[0].message.tool_calls[0].function.name,
    parsed: parsed.choices[0].message.parsed,
    models,
    error: { status: error.status, code: error.code },
  }),
);
