import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = [
	...['readme.md', 'contributing.md', 'security.md'],
	...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.md'))
		.map((name) => path.join('docs', name)),
];

function textOf(page: string): string {
	return readFileSync(path.join(root, page), 'utf8').replaceAll(/^```[^]*?^```/gm, '');
}

/** The anchors of a page, as GitHub makes them from its headings. */
function anchorsOf(page: string): readonly string[] {
	const headings = textOf(page).matchAll(/^#+ (.+)$/gm);
	return [...headings].map(([, heading = '']) =>
		heading
			.toLowerCase()
			.replaceAll(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-'),
	);
}

function isBroken(page: string, link: string): boolean {
	const [file = '', anchor] = link.split('#');
	const target = file === '' ? page : path.join(path.dirname(page), file);
	if (!existsSync(path.join(root, target))) return true;
	return anchor !== undefined && !anchorsOf(target).includes(anchor);
}

it.each(pages)('%s links only to files and headings that exist', (page) => {
	const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
	const inside = links.filter((link) => !/^[a-z]+:/.test(link));
	expect(inside.filter((link) => isBroken(page, link))).toEqual([]);
});
