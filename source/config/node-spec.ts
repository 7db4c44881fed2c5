import { UserError } from '../domain/errors.ts';
import { readAddress, showAddress } from './address.ts';
import { nameProblem } from './names.ts';
import { hasReference, referenceProblem } from './references.ts';

/** A node as named on the command line or in `NODETOP_NODES`. */
export interface NodeSpec {
	readonly name: string;
	/** With its scheme, or as written while it holds `${NAME}`. May hold credentials. */
	readonly url: string;
}

/** `Name:/log`, `Name:./log`, `Name:host:port`, each with an optional API behind it. */
const storjForm = /^[^:/=@[\]]+:(?:\.{0,2}\/[^/:][^:]*|[^:/@[\]]+:\d+)(?::https?:\/\/.+)?$/i;
const schemeName = /^(?:https?|wss?|tcp|unix|host)$/i;

/**
 * Parses `URL`, `name=URL`, `host:port`, `name=host:port`, `unix:/path` and `host:`. Without a name
 * the node is called by its host and port. Throws `UserError`, credentials masked, for anything else;
 * the four forms of storj_monitor are recognised and refused, for that kind has no adapter yet.
 */
export function parseNodeSpec(spec: string): NodeSpec {
	const [, writtenName, address = spec] = /^([^:/?#[\]=@$]*)=(.*)$/s.exec(spec) ?? [];
	if (writtenName !== undefined) {
		const problem = nameProblem(writtenName);
		if (problem !== undefined) throw badSpec(spec, `the name ${problem}`);
	}
	if (hasReference(address)) return parseTemplate(spec, writtenName, address);
	const read = readAddress(address);
	if (isStorjForm(address)) {
		throw new UserError(`"${showAddress(spec)}": storj nodes are not supported by this version`, {
			nextSteps: ['leave it out; if it is a URL, write its scheme: http://HOST:PORT'],
		});
	}
	if ('problem' in read) throw badSpec(spec, read.problem);
	return { name: writtenName ?? read.defaultName, url: read.url };
}

/** The spec of a node as it may be shown: its address alone where it was named after that. */
export function showSpec({ name, url }: NodeSpec): string {
	const address = showAddress(url);
	return /[:/?#[\]=@$]/.test(name) ? address : `${name}=${address}`;
}

/** While the environment is not read, only the host can be checked, and only where it is written. */
function parseTemplate(spec: string, name: string | undefined, address: string): NodeSpec {
	const problem = referenceProblem(address);
	if (problem !== undefined) throw badSpec(spec, problem);
	const written = /^[^$]*?\/\/[^/?#$]+(?=[/?#])/.exec(address)?.[0];
	const read = readAddress(written ?? '');
	const ownName = name ?? ('problem' in read ? undefined : read.defaultName);
	if (ownName === undefined) {
		throw badSpec(spec, 'the host comes from the environment, so the node needs a name');
	}
	return { name: ownName, url: address };
}

function isStorjForm(address: string): boolean {
	const [first = ''] = address.split(':', 1);
	return storjForm.test(address) && !schemeName.test(first);
}

/** Whether a word can only be a node's name: no dot, colon or slash makes it an address. */
export function isBareWord(spec: string): boolean {
	return !/[.:/=[\]@$]/.test(spec) && spec !== 'localhost';
}

function badSpec(spec: string, problem: string): UserError {
	return new UserError(`"${showAddress(spec)}": ${problem}`, {
		nextSteps: ['a node is written URL, name=URL, host:port, unix:/path or host:'],
	});
}

/** Throws `UserError` when two nodes have one name. */
export function rejectDuplicates(nodes: readonly NodeSpec[], where: string): void {
	const seen = new Set<string>();
	for (const { name } of nodes) {
		if (seen.has(name)) {
			throw new UserError(`${where}: two nodes have the name "${name}"`, {
				nextSteps: ['give each node its own name: name=URL'],
			});
		}
		seen.add(name);
	}
}
