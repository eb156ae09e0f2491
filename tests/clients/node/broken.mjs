// OpenAI's client for Node on a stream that breaks off: prints the text and the error it raised.
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.env.URL, apiKey: process.env.KEY, maxRetries: 0 });
const messages = [{ role: "user", content: "What should I see in Rome?" }];
const stream = await client.chat.completions.create({ model: "base", messages, stream: true });
let text = "";
let error = null;
try {
  for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? "";
} catch (caught) {
  error = `${caught.constructor.name}: ${caught.message}`;
}
console.log(JSON.stringify({ text, error }));
