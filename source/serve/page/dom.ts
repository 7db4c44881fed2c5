type Child = Node | string | undefined;
type Attributes = Readonly<Record<string, string | undefined>>;

/** An element. Text is always text: what a node said never becomes markup. */
export function make<Name extends keyof HTMLElementTagNameMap>(
	name: Name,
	attributes: Attributes = {},
	...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
	const element = document.createElement(name);
	setAll(element, attributes);
	element.append(...children.filter((child) => child !== undefined));
	return element;
}

export function makeSvg(
	name: keyof SVGElementTagNameMap,
	attributes: Attributes = {},
	...children: readonly Child[]
): SVGElement {
	const element = document.createElementNS('http://www.w3.org/2000/svg', name);
	setAll(element, attributes);
	element.append(...children.filter((child) => child !== undefined));
	return element;
}

function setAll(element: Element, attributes: Attributes): void {
	for (const [name, value] of Object.entries(attributes)) {
		if (value !== undefined) element.setAttribute(name, value);
	}
}

/** An element of the page, which has it. */
export function find(id: string): HTMLElement {
	const element = document.getElementById(id);
	if (!element) throw new Error(`the page has no #${id}`);
	return element;
}

/** Changes only what is different, so that a screen reader and a selection are not disturbed. */
export function setText(element: Element, text: string): void {
	if (element.textContent !== text) element.textContent = text;
}
