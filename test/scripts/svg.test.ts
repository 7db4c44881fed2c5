import { Terminal } from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { toSvg } from '../../scripts/svg.ts';

async function drawn(text: string): Promise<string> {
	const terminal = new Terminal({ cols: 10, rows: 1, allowProposedApi: true });
	await new Promise<void>((resolve) => {
		terminal.write(text, resolve);
	});
	const svg = toSvg(terminal);
	terminal.dispose();
	return svg;
}

describe('the picture of a terminal', () => {
	it('draws the dots of braille itself, each in its place, and writes the rest', async () => {
		const svg = await drawn('a⡀⠁<');
		expect(svg.match(/M[^"z]*z/g)).toEqual(['M21.6 25.9h2.3v2.3h-2.3z', 'M30 13.2h2.3v2.3h-2.3z']);
		expect(svg).toContain('>a  &lt;');
		expect(svg).not.toContain('⡀');
	});
});
