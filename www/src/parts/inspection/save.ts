// Saving what is shown: CSV as text, charts as one SVG.

export function saveText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: the download may not have begun.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 16;

/** Charts one below the other, on white, with a title. */
export function svgOf(title: string, charts: readonly SVGSVGElement[]): string {
  const sheet = document.createElementNS(SVG, "svg");
  const size = (chart: SVGSVGElement, of: "width" | "height") => Number(chart.getAttribute(of));
  const width = Math.max(...charts.map((chart) => size(chart, "width"))) + 2 * MARGIN;
  const background = document.createElementNS(SVG, "rect");
  background.setAttribute("fill", "#ffffff");
  const heading = document.createElementNS(SVG, "text");
  heading.textContent = title;
  set(heading, { x: MARGIN, y: 2 * MARGIN, fill: "currentColor", "font-size": 14 });
  sheet.append(background, heading);
  let y = 3 * MARGIN;
  for (const chart of charts) {
    const copy = chart.cloneNode(true) as SVGSVGElement;
    copy.removeAttribute("class");
    set(copy, { x: MARGIN, y });
    y += size(chart, "height") + MARGIN;
    sheet.append(copy);
  }
  set(sheet, {
    width,
    height: y,
    viewBox: `0 0 ${width} ${y}`,
    color: "#1c1d1f",
    "font-family": "system-ui, sans-serif",
  });
  set(background, { width, height: y });
  return new XMLSerializer().serializeToString(sheet);
}

function set(element: SVGElement, attributes: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
