/** What tells one row of numbers from all others. Texts are as the node wrote them: clean() what is shown of them. */
export interface Series {
	readonly name: string;
	readonly labels: Readonly<Record<string, string>>;
}

export function labelOf(
	labels: Readonly<Record<string, string>>,
	label: string,
): string | undefined {
	return Object.hasOwn(labels, label) ? labels[label] : undefined;
}
