import { Terminal } from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { lightGround, toSvg } from '../../scripts/svg.ts';

async function drawn(text: string, ground?: typeof lightGround): Promise<string> {
	const terminal = new Terminal({ cols: 10, rows: 1, allowProposedApi: true });
	await new Promise<void>((resolve) => {
		terminal.write(text, resolve);
	});
	const svg = toSvg(terminal, ground);
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

	it('writes what has no colour of its own dark on a light terminal, the other way round where it is inverse', async () => {
		const svg = await drawn('a\u001B[7mb', lightGround);
		expect(svg).toContain('rx="6" fill="#ffffff"');
		expect(svg).toMatch(/<text [^>]*fill="#1f2328"[^>]*>a</);
		expect(svg).toMatch(/<text [^>]*fill="#ffffff"[^>]*>b/);
	});
});
