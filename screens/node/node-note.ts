import type { ScreenProps } from '../frame.ts';

/** For the heading of a screen of one node: how it is, and which of the listed it is, for `n` and `N`. */
export function nodeNote({ look, selected, listed }: ScreenProps): string {
	if (!selected) return '';
	const { status } = selected.snapshot.health;
	const place = listed.length > 1 ? `  ${listed.indexOf(selected) + 1} of ${listed.length}` : '';
	return `${look.glyphs.health[status]} ${status}${place}`;
}
