import { clean, cleanText } from '../../domain/clean.ts';

export interface ClientVersion {
	readonly client?: string;
	readonly version?: string;
}

const maxCells = 64;
const versionPart = /^v?\d+\.\d+/i;

/**
 * Reads the text of `web3_clientVersion` and of a peer's name, whose form is a habit and no standard:
 * `Geth/v1.16.4-stable-41714b49/linux-amd64/go1.24.7`, `Ganache/v7.9.2/…`, `anvil/v1.7.1`, geth with
 * `--identity`: `Geth/mine/v1.16.4…`, coreth: `v0.15.0` alone. The version is the first part that
 * looks like one, without its `v`; the client is the first part unless that is the version.
 */
export function parseClientVersion(text: string): ClientVersion {
	const parts = text.split('/').map((part) => clean(part, maxCells));
	const version = parts.find((part) => versionPart.test(part))?.replace(/^v/i, '');
	const [first = ''] = parts;
	const client = versionPart.test(first) ? undefined : cleanText(first);
	return { ...(client !== undefined && { client }), ...(version !== undefined && { version }) };
}
