"""Every sequence of bytes that would tell of a value: what the tests search files for."""

import base64


def texts_of(value):
    """A value as it is written, normalised to capitals, in small letters, and without hyphens."""
    return {form for text in (value, value.replace("-", ""))
            for form in (text, text.upper(), text.lower())}


def base64_forms(data):
    """The part of the base-64 of `data` that shows wherever it starts in a longer text."""
    for offset in range(3):
        text = base64.b64encode(bytes(offset) + data)
        yield text[(offset * 8 + 5) // 6:(offset + len(data)) * 8 // 6]


def byte_forms(data):
    """Bytes raw, as hexadecimal digits and as base 64 of both alphabets."""
    yield data
    yield data.hex().encode()
    yield data.hex().upper().encode()
    for text in base64_forms(data):
        yield text
        yield text.replace(b"+", b"-").replace(b"/", b"_")


def forms_of(value):
    """Every sequence of bytes that would tell of a value."""
    forms = set()
    for text in texts_of(value):
        forms.update(byte_forms(text.encode("utf-8")))
        forms.update(text.encode(charset) for charset in ("utf-16-le", "utf-16-be", "cp932"))
    return forms


def find(forms, content):
    """The forms that stand in `content`."""
    return [form for form in forms if form in content]
