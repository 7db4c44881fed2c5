import { isIP } from 'node:net';

/** What a value is replaced by says what it was: `peer-3`, `address-1`. */
export type Role =
	| 'peer'
	| 'address'
	| 'host'
	| 'wallet'
	| 'mail'
	| 'path'
	| 'name'
	| 'user'
	| 'credential';

/** Gives the pseudonym of a value; the same for the same. */
export type Pseudonym = (role: Role, found: string) => string;

const roots =
	'home|root|users|var|etc|opt|srv|mnt|data|tmp|usr|run|nix|volumes|storage|media|private|app|snap';
const filePath = new RegExp(
	String.raw`(?:file:/{2,3}|(?<![\w/.-])(?:~[\w-]*/|/(?:${roots})(?![\w-])))[^\s"'),;]*`,
	'gi',
);
const windowsPath = /(?<!\w)(?:[a-z]:\\|\\\\)[^\s"'),;]+/gi;
/** What stands between `//` and `@`: a password, or a peer's key (EIP-778's predecessor). */
const userInfo = /(?<=\/\/)[^\s/@"']+(?=@)/g;
const url = /\b((?:https?|wss?):\/\/[^\s/?#"']+)([^\s?#"']*)(\?[^\s#"']*)?/gi;
const webhook = /\b(?:hooks\.slack\.com\/|discord(?:app)?\.com\/api\/webhooks\/)\S+/gi;
const mail =
	/(?<![^\s"'<>,;:/@()[\]=])(?!peer-\d+@|credential-\d+@|\*+@)[^\s"'<>,;:/@()[\]=]+@[^\s"'<>,;:/@()[\]]+/g;
/** Ethereum, bech32 (BIP 173: Bitcoin, Cosmos, Cardano), Bitcoin's base 58. */
const wallet =
	/\b(?:0x[\da-f]{40}|[a-z]{2,10}1[02-9ac-hj-np-z]{38,98})\b|\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b/gi;
/** Keys of nodes: libp2p, ENR (EIP-778), devp2p. */
const peerKey =
	/\b(?:12D3KooW|16Uiu2HA|Qm)[1-9A-HJ-NP-Za-km-z]{38,}\b|\benr:[\w-]+|(?<![\da-fx])[\da-f]{128}(?![\da-f])/gi;
const mac = /(?<![\w:-])(?:[\da-f]{2}[:-]){5}[\da-f]{2}(?![\w:-])/gi;
const ipv4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g;
const ipv6 = /(?<![\w:])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\w:])/gi;
const label = '[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?';
const endings =
	'com|net|org|io|dev|xyz|app|eu|de|uk|fr|nl|ch|us|ru|cn|jp|info|cloud|me|local|lan|internal|corp|home|example|test|invalid|onion';
/** Three labels and more; two only with a usual ending or a port. File names have one dot. */
const hostName = new RegExp(
	String.raw`(?<![\w.-])(?:(?:${label}\.){2,}[a-z]{2,}|(?:${label}\.)+(?:${endings})|(?:${label}\.)+[a-z]{2,}(?=:\d{2,5}\b))(?![\w-])`,
	'gi',
);
/** A word after what only stands before a name. */
const namedHost = /(?<=\/dns(?:4|6|addr)?\/|\b(?:ENOTFOUND|EAI_AGAIN)\s+)[^\s/"',;]+/g;

const secretName =
	'pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|mnemonic|seed[_ -]?phrase|cookie|authorization|credentials?|session[_-]?id|jwt';
const secretText = new RegExp(
	[
		'-----BEGIN',
		String.raw`\b(?:bearer|basic)\s+(?!\*\*\*)[\w+/=.-]{3,}`,
		String.raw`(?:^|[^a-z])(?:[\w-]*[_-])?(?:${secretName})["']?\s*[=:]\s*["']?(?!\*\*\*)[^\s"'*]`,
		String.raw`\bpass=[^\s"'*]`,
		String.raw`\bAKIA[\dA-Z]{12,}`,
		String.raw`\beyJ[\w-]{5,}\.[\w-]+`,
		String.raw`\b(?:gh[pousr]_|xox[abeprs]-|sk-|glpat-)\w{8,}`,
	].join('|'),
	'i',
);
const secretKey = new RegExp(`(?:^|[._-])(?:${secretName})$`, 'i');

/** Replaces whatever is private by its shape; known values are replaced before and after. */
export function replacePatterns(text: string, pseudonym: Pseudonym): string {
	return text
		.replaceAll(userInfo, (found) =>
			/^(?:0x)?[\da-f]{40,}$/i.test(found)
				? pseudonym('peer', found)
				: /^\*+$|^[a-z]+-\d+$/.test(found)
					? found
					: pseudonym('credential', found),
		)
		.replaceAll(webhook, (found) => pseudonym('credential', found))
		.replaceAll(url, (_whole, origin: string, path: string, query?: string) => {
			const shown = path.replaceAll(/[^/]+/g, (segment) =>
				isOpaqueSegment(segment) ? pseudonym('path', segment) : segment,
			);
			return `${origin}${shown}${query === undefined ? '' : '?***'}`;
		})
		.replaceAll(filePath, (found) => pseudonym('path', found))
		.replaceAll(windowsPath, (found) => pseudonym('path', found))
		.replaceAll(peerKey, (found) => pseudonym('peer', found))
		.replaceAll(mail, (found) => pseudonym('mail', found.toLowerCase()))
		.replaceAll(wallet, (found) =>
			pseudonym('wallet', /^0x|^[a-z]{2,10}1/i.test(found) ? found.toLowerCase() : found),
		)
		.replaceAll(mac, (found) => pseudonym('address', found.toLowerCase()))
		.replaceAll(ipv4, (found) => (isPublicFact(found) ? found : pseudonym('address', found)))
		.replaceAll(ipv6, (found) =>
			isIP(found) !== 6 || isPublicFact(found) ? found : pseudonym('address', shortened(found)),
		)
		.replaceAll(namedHost, (found) => hostPseudonym(found, pseudonym))
		.replaceAll(hostName, (found) => hostPseudonym(found, pseudonym));
}

/** Why a text reads like a credential, or stands where one would. */
export function readsLikeCredential(text: string, path: string): boolean {
	return secretText.test(text) || (secretKey.test(path) && text !== '' && !/^\**$/.test(text));
}

function hostPseudonym(found: string, pseudonym: Pseudonym): string {
	return /^(?:address|host)-\d+$/.test(found) ? found : pseudonym('host', found.toLowerCase());
}

/** A key in a path is long, and letters and digits; `v1`, `status` and `prometheus` are not. */
function isOpaqueSegment(segment: string): boolean {
	return segment.length >= 8 && /\d/.test(segment) && /[a-z]/i.test(segment);
}

/** One spelling for one address (RFC 5952). */
function shortened(address: string): string {
	return URL.parse(`http://[${address}]`)?.hostname ?? address;
}

/** Loopback and unspecified addresses say nothing of anyone. */
function isPublicFact(address: string): boolean {
	return (
		address.startsWith('127.') || address === '0.0.0.0' || address === '::1' || address === '::'
	);
}
