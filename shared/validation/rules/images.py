"""Rules about content parts and images."""

from collections.abc import Iterator

from shared.validation.example import Example
from shared.validation.images import parts
from shared.validation.images.header import other_format
from shared.validation.images.parts import address_fault
from shared.validation.json_values import kind, nearest
from shared.validation.rules import sources
from shared.validation.rules.rule import Basis, Fault, Group, Level
from shared.validation.turn import Json

GROUP = Group("Images", lambda example: example.has_parts)

_MOST_IMAGES = 64
MOST_IMAGE_EXAMPLES = 50_000
_MOST_BYTES = 10_000_000
_DETAILS = ("low", "high", "auto")
_PART_TYPES = ("text", "image_url")
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}


@GROUP.check(
    47,
    "images-per-example",
    "at most 64 images in an example",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Split the example or leave images out.",
)
def images_per_example(example: Example) -> Iterator[Fault]:
    """Counted over all messages of the row."""
    number = len(example.images)
    if number > _MOST_IMAGES:
        found = f"{number} images in one example; {_MOST_IMAGES} are allowed"
        yield images_per_example.fault("$", number, found)


IMAGE_EXAMPLES = GROUP.rule(
    48,
    "image-examples",
    "at most 50,000 examples with images",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Leave out examples with images.",
)


@GROUP.check(
    49,
    "image-size",
    "an image has at most 10 MB",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Scale the image down: the model sees at most 2048 pixels of a side.",
)
def image_size(example: Example) -> Iterator[Fault]:
    """Only of data URLs: nothing is fetched."""
    for image in example.images:
        if image.embedded and image.embedded.data and len(image.embedded.data) > _MOST_BYTES:
            size = f"{len(image.embedded.data) / 1e6:.1f} MB"
            yield image_size.fault(f"{image.path}.image_url.url", size, f"the image has {size}")


@GROUP.check(
    50,
    "image-format",
    "an image is JPEG, PNG or WEBP, and says so",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Convert the image, and write its real type into the data URL.",
)
def image_format(example: Example) -> Iterator[Fault]:
    """Judged by the first bytes, not by what the data URL says."""
    for image in example.images:
        if not image.embedded or not image.embedded.data:
            continue
        path, mime = f"{image.path}.image_url.url", image.embedded.mime
        if image.picture is None:
            seen = other_format(image.embedded.data)
            yield image_format.fault(path, mime, f"the data is {seen}, not JPEG, PNG or WEBP")
        elif image.picture.mime != mime.replace("/jpg", "/jpeg"):
            seen = _FORMATS[image.picture.mime]
            yield image_format.fault(path, mime, f"the data is {seen}, the URL says {mime!r}")


@GROUP.check(
    51,
    "image-colours",
    "an image is RGB or RGBA",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Convert the image to RGB.",
)
def image_colours(example: Example) -> Iterator[Fault]:
    """Colours that the header does not tell are left alone."""
    for image in example.images:
        seen = image.picture
        if seen and not seen.is_rgb and seen.colours != "unknown":
            found = f"the image is {seen.colours}, not RGB or RGBA"
            yield image_colours.fault(f"{image.path}.image_url.url", seen.colours, found)


@GROUP.check(
    52,
    "image-address",
    "an image is a data URL that decodes, or behind a public https address (http is a warning)",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Use a public https address or data:image/png;base64,...",
)
def image_address(example: Example) -> Iterator[Fault]:
    """Whether an address answers is not tried."""
    for image in example.images:
        path = f"{image.path}.image_url.url"
        if image.embedded:
            if not image.embedded.data:
                found = "the data URL holds no base64 that decodes"
                yield image_address.fault(path, image.url[:60], found)
        elif reason := address_fault(image.url):
            yield image_address.fault(path, image.url, reason)
        elif image.url.lower().startswith("http:"):
            found = "http instead of https"
            yield image_address.fault(path, image.url, found, level=Level.WARNING)


@GROUP.check(
    53,
    "image-role",
    "no images in assistant messages",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Move the image into the user's message.",
)
def image_role(example: Example) -> Iterator[Fault]:
    """The model does not learn to draw."""
    for path, turn, part in parts.content_parts(example.turns):
        if turn.is_assistant and isinstance(part, dict) and part.get("type") == "image_url":
            yield image_role.fault(path, "image_url", "an image in an assistant message")


@GROUP.check(
    54,
    "image-detail",
    "`detail` is low, high or auto",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Write low, high or auto, or leave detail out.",
)
def image_detail(example: Example) -> Iterator[Fault]:
    """Left out it is auto."""
    for image in example.images:
        if image.detail not in _DETAILS:
            near = nearest(image.detail, _DETAILS) if isinstance(image.detail, str) else ""
            path, found = f"{image.path}.image_url.detail", f"detail is {image.detail!r}{near}"
            yield image_detail.fault(path, image.detail, found)


@GROUP.check(
    55,
    "content-parts",
    "a list of content parts is not empty and holds `text` and `image_url` parts",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    'Write {"type": "text", "text": ...} or {"type": "image_url", "image_url": {"url": ...}}.',
)
def content_parts(example: Example) -> Iterator[Fault]:
    """An assistant's list may hold refusals as well."""
    for turn in example.turns:
        if turn.message.get("content") == []:
            yield content_parts.fault(f"{turn.path}.content", [], "the list of parts is empty")
    for path, turn, part in parts.content_parts(example.turns):
        if not isinstance(part, dict):
            yield content_parts.fault(path, part, f"the part is {kind(part)}, not an object")
        elif not (turn.is_assistant and part.get("type") == "refusal"):
            yield from _part_faults(path, part)


@GROUP.check(
    56,
    "image-model",
    "the model takes images",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.MODELS,
    "Choose a model that is trained with images, or leave them out.",
)
def image_model(example: Example) -> Iterator[Fault]:
    """Nothing is said about a model that is not known."""
    if example.model and not example.model.images:
        for image in example.images[:1]:
            found = f"{example.model.id} is not trained with images"
            yield image_model.fault(image.path, "image_url", found)


IMAGE_CONTENTS = GROUP.rule(
    57,
    "image-contents",
    "images with people, faces or CAPTCHAs are left out by the service",
    Level.INFO,
    Basis.DOCUMENTED,
    sources.VISION,
    "Look for them yourself: it cannot be judged offline, and the service drops them silently.",
)


def _part_faults(path: str, part: dict[str, Json]) -> Iterator[Fault]:
    name = part.get("type")
    if name not in _PART_TYPES:
        near = nearest(name, _PART_TYPES) if isinstance(name, str) else ""
        yield content_parts.fault(f"{path}.type", name, f"the part's type is {name!r}{near}")
    elif name == "text" and not isinstance(part.get("text"), str):
        yield content_parts.fault(f"{path}.text", part.get("text"), "the text part has no text")
    elif name == "image_url":
        inner = part.get("image_url")
        if not isinstance(inner, dict):
            found = f"image_url is {kind(inner)}, not an object with a url"
            yield content_parts.fault(f"{path}.image_url", inner, found)
        elif not isinstance(inner.get("url"), str):
            found = "the image has no url"
            yield content_parts.fault(f"{path}.image_url.url", inner.get("url"), found)
