"""Parts of a message and the images in them."""

from tests.shared.validation.rows import data_url, look, picture, png, say
from tests.shared.validation.rules import A1, GOOD, Case, W, talk

GIF = data_url(b"GIF89a" + bytes(20), "image/gif")
PART = "$.messages[0].content[1]"
URL = f"{PART}.image_url.url"
CASES = [
    Case(
        "images-per-example",
        "$",
        look(*[picture("https://a.com/b.png")] * 65),
        look(*[picture("https://a.com/b.png")] * 64),
    ),
    Case(
        "image-size",
        URL,
        look(picture(data_url(png() + bytes(10_000_000)))),
        look(picture(data_url(png() + bytes(1_000)))),
    ),
    Case("image-format", URL, look(picture(GIF)), look(picture())),
    Case("image-format", URL, look(picture(data_url(png(), "image/jpeg"))), look(picture())),
    Case("image-colours", URL, look(picture(data_url(png(0)))), look(picture(data_url(png(6))))),
    Case("image-colours", URL, look(picture(data_url(png(3)))), look(picture(data_url(png(2))))),
    Case("image-address", URL, look(picture("data:image/png;base64,@@@")), look(picture())),
    Case(
        "image-address", URL, look(picture("file:///a.png")), look(picture("https://a.com/a.png"))
    ),
    Case(
        "image-address",
        URL,
        look(picture("https://10.0.0.7/a.png")),
        look(picture("https://8.8.8.8/a.png")),
    ),
    Case(
        "image-address",
        URL,
        look(picture("https://localhost/a.png")),
        look(picture("https://a.com/a.png")),
    ),
    Case(
        "image-address",
        URL,
        look(picture("http://a.com/a.png")),
        look(picture("https://a.com/a.png")),
        W,
    ),
    Case("image-role", f"{A1}.content[0]", talk(say("assistant", [picture()])), look(picture())),
    Case(
        "image-detail",
        f"{PART}.image_url.detail",
        look(picture(detail="medium")),
        look(picture(detail="low")),
    ),
    Case("content-parts", f"{A1}.content", talk(say("assistant", [])), GOOD),
    Case(
        "content-parts", f"{PART}.type", look({"type": "image", "image_url": {}}), look(picture())
    ),
    Case(
        "content-parts", f"{PART}.text", look({"type": "text"}), look({"type": "text", "text": "x"})
    ),
    Case(
        "content-parts",
        f"{PART}.image_url",
        look({"type": "image_url", "image_url": "https://a.com"}),
        look(picture("https://a.com/a.png")),
    ),
    Case("content-parts", PART, look("text"), look({"type": "text", "text": "x"})),
    Case("image-model", PART, look(picture()), GOOD, options={"model": "gpt-4.1-mini-2025-04-14"}),
]
