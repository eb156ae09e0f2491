"""Pieces that stand for tokens."""

from hypothesis import given
from hypothesis import strategies as st

from local.azure.chat.tokens import PER_IMAGE, pieces, prompt_tokens


@given(st.text())
def test_pieces_join_to_the_text(text: str) -> None:
    """Nothing is lost or added, whatever the text."""
    assert "".join(pieces(text)) == text


def test_images_count_more_than_their_address() -> None:
    """An image has a price of its own."""
    image = {"type": "image_url", "image_url": {"url": "https://x"}}
    text = {"type": "text", "text": "Hi"}

    with_image = prompt_tokens([{"role": "user", "content": [text, image]}])

    assert with_image == prompt_tokens([{"role": "user", "content": "Hi"}]) + PER_IMAGE
