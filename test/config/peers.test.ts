import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadPeer } from '../../source/app/configuration.ts';
import { temporaryDirectory } from './temporary-directory.ts';

async function peerOf(profile: object) {
	const config = path.join(await temporaryDirectory(), 'config.json');
	await writeFile(config, JSON.stringify({ profiles: { default: profile } }), { mode: 0o600 });
	return loadPeer({ flags: { config }, env: {} });
}

it('is the other watch of a pair, and how many of the two have to see an alert', async () => {
	const peers = [{ url: 'http://10.0.0.2:7070' }];
	expect(await peerOf({})).toBeUndefined();
	expect(await peerOf({ quorum: 1 })).toBeUndefined();
	expect(await peerOf({ peers })).toMatchObject({ quorum: 1 });
	expect(await peerOf({ peers, quorum: 2 })).toMatchObject({ quorum: 2 });
});

it('is needed for a quorum of two, and no third watch is', async () => {
	await expect(peerOf({ quorum: 2 })).rejects.toThrow(
		'profiles.default.quorum is 2, but the profile has no peers',
	);
	const peers = [{ url: 'http://10.0.0.2:7070' }];
	await expect(peerOf({ peers, quorum: 3 })).rejects.toThrow('quorum');
});
