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
    "at most 64 images per example are allowed",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Split the example or remove images.",
)
def images_per_example(example: Example) -> Iterator[Fault]:
    """Counts the images of all messages of the row."""
    number = len(example.images)
    if number > _MOST_IMAGES:
        found = f"{number} images in one example; {_MOST_IMAGES} are allowed"
        yield images_per_example.fault("$", number, found)


IMAGE_EXAMPLES = GROUP.rule(
    48,
    "image-examples",
    "at most 50,000 examples with images are allowed",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Remove examples with images.",
)


@GROUP.check(
    49,
    "image-size",
    "an image must have at most 10 MB",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Scale the image down: the model uses at most 2048 pixels per side.",
)
def image_size(example: Example) -> Iterator[Fault]:
    """Only for data URLs: nothing is downloaded."""
    for image in example.images:
        if image.data_url and image.data_url.data and len(image.data_url.data) > _MOST_BYTES:
            size = f"{len(image.data_url.data) / 1e6:.1f} MB"
            yield image_size.fault(
                f"{image.path}.image_url.url", size, f"the image has {size}; 10 MB are allowed"
            )


@GROUP.check(
    50,
    "image-format",
    "an image must be JPEG, PNG or WEBP, as declared in its data URL",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Convert the image, or fix the type in the data URL.",
)
def image_format(example: Example) -> Iterator[Fault]:
    """Detected from the first bytes."""
    for image in example.images:
        if not image.data_url or not image.data_url.data:
            continue
        path, mime = f"{image.path}.image_url.url", image.data_url.mime
        if image.header is None:
            seen = other_format(image.data_url.data)
            yield image_format.fault(
                path, mime, f"the data is {seen}; it must be JPEG, PNG or WEBP"
            )
        elif image.header.mime != mime.replace("/jpg", "/jpeg"):
            seen = _FORMATS[image.header.mime]
            yield image_format.fault(
                path, mime, f"the data is {seen}, but the data URL declares {mime!r}"
            )


@GROUP.check(
    51,
    "image-colours",
    "an image must be RGB or RGBA",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Convert the image to RGB.",
)
def image_colours(example: Example) -> Iterator[Fault]:
    """Only where the header has the color type."""
    for image in example.images:
        seen = image.header
        if seen and not seen.is_rgb and seen.colours != "unknown":
            found = f"the image is {seen.colours}; it must be RGB or RGBA"
            yield image_colours.fault(f"{image.path}.image_url.url", seen.colours, found)


@GROUP.check(
    52,
    "image-address",
    "an image must be a valid data URL or a public https URL (http is a warning)",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Use a public https URL or data:image/png;base64,...",
)
def image_address(example: Example) -> Iterator[Fault]:
    """URLs are not requested."""
    for image in example.images:
        path = f"{image.path}.image_url.url"
        if image.data_url:
            if not image.data_url.data:
                found = "the data URL has no valid base64"
                yield image_address.fault(path, image.url[:60], found)
        elif reason := address_fault(image.url):
            yield image_address.fault(path, image.url, reason)
        elif image.url.lower().startswith("http:"):
            found = "the URL uses http instead of https"
            yield image_address.fault(path, image.url, found, level=Level.WARNING)


@GROUP.check(
    53,
    "image-role",
    "images are not allowed in assistant messages",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Move the image to a user message.",
)
def image_role(example: Example) -> Iterator[Fault]:
    """The models do not generate images."""
    for path, turn, part in parts.content_parts(example.turns):
        if turn.is_assistant and isinstance(part, dict) and part.get("type") == "image_url":
            yield image_role.fault(path, "image_url", "image in an assistant message")


@GROUP.check(
    54,
    "image-detail",
    "`detail` must be low, high or auto",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.VISION,
    "Set detail to low, high or auto, or remove it.",
)
def image_detail(example: Example) -> Iterator[Fault]:
    """The default is auto."""
    for image in example.images:
        if image.detail not in _DETAILS:
            near = nearest(image.detail, _DETAILS) if isinstance(image.detail, str) else ""
            path, found = f"{image.path}.image_url.detail", f"detail is {image.detail!r}{near}"
            yield image_detail.fault(path, image.detail, found)


@GROUP.check(
    55,
    "content-parts",
    "a list of content parts must not be empty and may have `text` and `image_url` parts",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    'Use {"type": "text", "text": ...} or {"type": "image_url", "image_url": {"url": ...}}.',
)
def content_parts(example: Example) -> Iterator[Fault]:
    """Assistant messages may have refusals as well."""
    for turn in example.turns:
        if turn.message.get("content") == []:
            yield content_parts.fault(f"{turn.path}.content", [], "the list of parts is empty")
    for path, turn, part in parts.content_parts(example.turns):
        if not isinstance(part, dict):
            yield content_parts.fault(path, part, f"the part is {kind(part)}; it must be an object")
        elif not (turn.is_assistant and part.get("type") == "refusal"):
            yield from _part_faults(path, part)


@GROUP.check(
    56,
    "image-model",
    "the model must support images",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.MODELS,
    "Choose a model that can be trained with images, or remove them.",
)
def image_model(example: Example) -> Iterator[Fault]:
    """Skipped for unknown models."""
    if example.model and not example.model.images:
        for image in example.images[:1]:
            found = f"{example.model.id} cannot be trained with images"
            yield image_model.fault(image.path, "image_url", found)


IMAGE_CONTENTS = GROUP.rule(
    57,
    "image-contents",
    "the service skips images with people, faces or CAPTCHAs",
    Level.INFO,
    Basis.DOCUMENTED,
    sources.VISION,
    "Check the images: this cannot be detected offline, and the service skips them silently.",
)


def _part_faults(path: str, part: dict[str, Json]) -> Iterator[Fault]:
    name = part.get("type")
    if name not in _PART_TYPES:
        near = nearest(name, _PART_TYPES) if isinstance(name, str) else ""
        yield content_parts.fault(f"{path}.type", name, f"the part's type is {name!r}{near}")
    elif name == "text" and not isinstance(part.get("text"), str):
        yield content_parts.fault(f"{path}.text", part.get("text"), "text is missing")
    elif name == "image_url":
        inner = part.get("image_url")
        if not isinstance(inner, dict):
            found = f"image_url is {kind(inner)}; it must be an object with a url"
            yield content_parts.fault(f"{path}.image_url", inner, found)
        elif not isinstance(inner.get("url"), str):
            found = "url is missing"
            yield content_parts.fault(f"{path}.image_url.url", inner.get("url"), found)
