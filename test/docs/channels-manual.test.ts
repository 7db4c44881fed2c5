import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { channelsTable, policyTable } from '../../scripts/channels-table.ts';
import { channelKinds } from '../../source/alerts/delivery/channels/registry.ts';
import { checkConfig } from '../../source/app/configuration.ts';

const manual = fileURLToPath(new URL('../../docs/channels.md', import.meta.url));
const channels = fileURLToPath(new URL('../../source/alerts/delivery/channels', import.meta.url));
const page = readFileSync(manual, 'utf8');

describe('the manual of channels', () => {
	it('lists kinds and policy as they are (npm run channels writes them)', () => {
		expect(page).toContain(channelsTable());
		expect(page).toContain(policyTable());
	});

	it('has an example that the configuration takes', () => {
		const [, example = ''] = /```json\n([^]*?)```/.exec(page) ?? [];
		expect(checkConfig(JSON.parse(example), 'docs').profiles).toHaveProperty('default.channels');
	});
});

describe('a kind of channel', () => {
	const folders = readdirSync(channels, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => name);

	it('is a folder with settings and sender, and a line in the registry', async () => {
		expect(folders.toSorted()).toEqual(Object.keys(channelKinds).toSorted());
		for (const folder of folders) {
			expect(readdirSync(`${channels}/${folder}`)).toEqual(
				expect.arrayContaining(['sender.ts', 'settings.ts']),
			);
		}
		for (const { loadSend } of Object.values(channelKinds)) {
			expect(await loadSend()).toBeTypeOf('function');
		}
	});
});
