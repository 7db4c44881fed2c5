import { levelOf } from '../../source/sections/health/severity.ts';
import type { ScreenProps } from '../frame.ts';

/** For the heading of a screen of one node: how it is, and which of the listed it is, for `n` and `N`. */
export function nodeNote({ look, selected, listed }: ScreenProps): string {
	if (!selected) return '';
	const { health } = selected.snapshot;
	const place = listed.length > 1 ? `  ${listed.indexOf(selected) + 1} of ${listed.length}` : '';
	return `${look.glyphs.level[levelOf(health)]} ${health.status}${place}`;
}
