/** The first row to show so that `selected` is visible: in the middle, but at the ends of the list. */
export function windowStart(selected: number, height: number, count: number): number {
	const middle = selected - Math.floor(height / 2);
	return Math.max(0, Math.min(middle, count - height));
}
