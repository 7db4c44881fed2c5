import { writeFile } from 'node:fs/promises';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ServedAction } from '../../source/serve/options.ts';
import { chromium, openPage } from '../helpers/browser.ts';
import type { Page } from '../helpers/browser.ts';
import { serveFleet, tokensOfRoles } from '../helpers/served-fleet.ts';
import type { ServedFleet } from '../helpers/served-fleet.ts';
import { targetFor } from '../helpers/targets.ts';

let served: ServedFleet | undefined;
let page: Page | undefined;

beforeAll(() => {
	if (chromium === undefined) console.log('skipped: there is no chromium on this machine');
});

afterEach(async () => {
	await page?.close();
	await served?.close();
	page = undefined;
	served = undefined;
});

async function open(
	hash = '#/',
	...given: Parameters<typeof serveFleet>
): Promise<{ readonly page: Page; readonly served: ServedFleet }> {
	served = await serveFleet(...given);
	page = await openPage(`${served.url}/${hash}`);
	return { page, served };
}

const history = () => ({
	metrics: () =>
		Promise.resolve([
			{ node: 'dag-1', metric: 'poll.latencyMs', title: 'Poll latency', unit: 'ms' },
		]),
	series: () =>
		Promise.resolve([
			{ node: 'dag-1', points: [1, 2, 3, 5].map((at) => [at * 60_000, at * 10] as const) },
		]),
	events: () => Promise.resolve([]),
	document: () => Promise.resolve(undefined),
});

const textOf = (id: string) => `document.getElementById('${id}')?.innerText ?? ''`;
/** Where to write pictures of the page, for people. */
const pictures = process.env['NODETOP_PAGE_PICTURES'];

async function picture(of: Page, name: string): Promise<void> {
	if (pictures === undefined) return;
	const { data } = (await of.send('Page.captureScreenshot', { format: 'png' })) as { data: string };
	await writeFile(`${pictures}/${name}.png`, Buffer.from(data, 'base64'));
}

describe.skipIf(chromium === undefined)('the page in a browser', () => {
	it('shows the fleet, live, and what a node says as text only', async () => {
		const opened = await open();
		await vi.waitFor(async () => {
			expect(await opened.page.evaluate(textOf('rows'))).toContain('dag-1');
		}, 20_000);
		expect(await opened.page.evaluate(textOf('connection'))).toBe('live');
		const name = '<img src=x onerror=alert(1)>';
		opened.served.rich.fleet.add(targetFor('http://127.0.0.1:1', { name, kind: 'evm' }));
		opened.served.clock.advance(200);
		await vi.waitFor(async () => {
			expect(await opened.page.evaluate(textOf('rows'))).toContain(name);
		}, 20_000);
		expect(await opened.page.evaluate("document.querySelectorAll('img').length")).toBe(0);
		await picture(opened.page, 'fleet');
		expect(opened.page.problems).toEqual([]);
	});

	it('is used by keys: filter, next node, open, back', async () => {
		const { page: shown } = await open('#/', { history });
		await vi.waitFor(async () => {
			expect(await shown.evaluate(textOf('rows'))).toContain('dag-1');
		}, 20_000);
		await shown.press('/', 'Slash');
		await shown.type('dag-1');
		await vi.waitFor(async () => {
			expect(await shown.evaluate("document.querySelectorAll('#rows tr').length")).toBe(1);
		}, 20_000);
		await shown.press('Escape');
		await shown.press('j', 'KeyJ');
		expect(await shown.evaluate('document.activeElement?.textContent')).toBe('dag-1');
		await shown.press('Enter');
		await vi.waitFor(async () => {
			const text = await shown.evaluate(textOf('node'));
			expect(text).toContain('Consensus');
			expect(text).toContain('Health:');
		}, 20_000);
		const label = "document.querySelector('.chart svg')?.getAttribute('aria-label')";
		await vi.waitFor(async () => {
			expect(await shown.evaluate(label)).toBe('Poll latency: now 50 ms, from 10 ms to 50 ms');
		}, 20_000);
		await picture(shown, 'node');
		await shown.press('Escape');
		await vi.waitFor(async () => {
			expect(await shown.evaluate("document.getElementById('node').hidden")).toBe(true);
		}, 20_000);
		expect(shown.problems).toEqual([]);
	});

	it('acknowledges an alert', async () => {
		const actions: ServedAction[] = [];
		const { page: shown } = await open('#/', { act: (action) => actions.push(action) });
		await vi.waitFor(async () => {
			expect(await shown.evaluate(textOf('alert-list'))).toContain('dag-1');
		}, 20_000);
		await shown.evaluate(`document.querySelector('[data-alert="a"]').focus()`);
		await shown.press('Enter');
		await vi.waitFor(() => {
			expect(actions).toMatchObject([{ type: 'acknowledge', fingerprint: 'a', by: 'someone' }]);
		}, 20_000);
		expect(shown.problems).toEqual([]);
	});

	it('asks for a token where one is needed, and keeps it out of the address', async () => {
		const { page: shown } = await open('#/', { tokens: tokensOfRoles });
		await vi.waitFor(async () => {
			expect(await shown.evaluate("document.getElementById('sign-in').hidden")).toBe(false);
		}, 20_000);
		expect(await shown.evaluate(textOf('rows'))).toBe('');
		await shown.type('canary-token-of-read');
		await shown.press('Enter');
		await vi.waitFor(async () => {
			expect(await shown.evaluate(textOf('rows'))).toContain('dag-1');
		}, 20_000);
		expect(await shown.evaluate('location.href + document.cookie')).not.toContain('canary');
	});

	it('fits a phone, dark and light, with names and contrast for all', async () => {
		const { page: shown } = await open('#/node/dag-1', { history });
		await shown.setSize(360, 740);
		await vi.waitFor(async () => {
			expect(await shown.evaluate(textOf('node'))).toContain('Consensus');
		}, 20_000);
		const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
		for (const theme of ['dark', 'light']) {
			await shown.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
			expect([theme, await shown.evaluate(overflow)]).toEqual([theme, 0]);
			expect([theme, await shown.evaluate(leastContrast)]).toEqual([theme, []]);
			await picture(shown, `phone-${theme}`);
		}
		const nameless = `[...document.querySelectorAll('button, input, select, a')].filter((each) => !each.hidden && !each.textContent.trim() && !each.labels?.length && !each.ariaLabel).length`;
		expect(await shown.evaluate(nameless)).toBe(0);
	});
});

/** Texts whose contrast to what is behind them is below 4.5:1 (WCAG 2.2, 1.4.3). */
const leastContrast = `(() => {
	const light = (color) => {
		const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map((c) => c / 255)
			.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const behind = (element) => {
		for (let each = element; each; each = each.parentElement) {
			const color = getComputedStyle(each).backgroundColor;
			if (!/, 0\\)$|transparent/.test(color)) return color;
		}
		return 'rgb(255, 255, 255)';
	};
	return [...document.querySelectorAll('h1,h2,h3,p,span,dt,dd,td,th,a,button,label')]
		.filter((each) => each.innerText?.trim())
		.map((each) => {
			const [a, b] = [light(getComputedStyle(each).color), light(behind(each))];
			return [each.innerText.slice(0, 30), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
		})
		.filter(([, ratio]) => ratio < 4.5);
})()`;
