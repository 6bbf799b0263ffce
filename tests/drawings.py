"""What a browser makes of the drawings on a page: their frames, and where their words are."""

MEASURE = """() => [...document.querySelectorAll('svg')].filter(svg => svg.checkVisibility()).map(
  svg => {
    const frame = svg.getBoundingClientRect();
    return {
      of: svg.getAttribute('aria-labelledby'),
      frame: [frame.left, frame.top, frame.right, frame.bottom],
      scale: frame.width / svg.viewBox.baseVal.width,
      words: [...svg.querySelectorAll('text')].map(text => {
        const box = text.getBBox(), to = text.getScreenCTM();
        const at = (x, y) => new DOMPoint(x, y).matrixTransform(to);
        const a = at(box.x, box.y), b = at(box.x + box.width, box.y + box.height);
        return {said: text.textContent, box: [a.x, a.y, b.x, b.y],
                size: parseFloat(getComputedStyle(text).fontSize)};
      }),
    };
  })"""
