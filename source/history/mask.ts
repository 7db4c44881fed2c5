import { isIPv6 } from 'node:net';

/** A name in the place of each address, the same one each time. */
export function createAddressMask(): (text: string) => string {
	const names = new Map<string, string>();
	const nameOf = (address: string): string => {
		const known = names.get(address) ?? `host-${names.size + 1}`;
		names.set(address, known);
		return known;
	};
	return (text) =>
		text
			// The host of a URL, with or without a user.
			.replaceAll(
				/(:\/\/(?:[^/\s"@]*@)?)(\[[\da-f:.]+\]|[^/\s":\\?#[\]]+)/gi,
				(_, before: string, host: string) => before + nameOf(host),
			)
			.replaceAll(/[\da-f]*:[\da-f:.]*:[\da-f:.]*/gi, (word) =>
				isIPv6(word) ? nameOf(word) : word,
			)
			.replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, nameOf)
			// The host of a multiaddress.
			.replaceAll(/(?<=\/dns[46]?\/)[^/\s"]+/g, nameOf);
}
