"""What a page is made of, read as a browser would."""

from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "link", "img", "input", "col", "wbr"}


class Plain(HTMLParser):
    """What a page is made of; whatever is closed must be what was opened last."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.words: list[str] = []
        self.opened: list[str] = []
        self.cells: list[str] = []
        self.feed(text)
        self.close()
        assert self.opened == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs), (tag, attrs)
        if tag not in VOID:
            self.opened.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.opened.pop() == tag, (self.getpos(), tag)

    def handle_data(self, data):
        self.words.append(data)
        if self.opened and self.opened[-1] in ("td", "span", "text", "tspan"):
            self.cells.append(data.strip())
