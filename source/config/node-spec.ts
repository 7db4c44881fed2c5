import { UserError } from '../domain/errors.ts';
import { readAddress, showAddress } from './address.ts';
import { nameProblem } from './names.ts';
import { hasReference, referenceProblem } from './references.ts';
import { readStorjSpec, storjForms } from './storj-spec.ts';

/** A node as named on the command line or in `NODETOP_NODES`. */
export interface NodeSpec {
	readonly name: string;
	/** With its scheme, or as written while it holds `${NAME}`. May hold credentials. */
	readonly url: string;
	readonly kind?: string | undefined;
	readonly fallbackUrls?: string[] | undefined;
	/** Path of a storage node's log, or `tcp://HOST:PORT` of a program that forwards it. */
	readonly log?: string | undefined;
}

/**
 * Parses `URL`, `name=URL`, `host:port`, `name=host:port`, `unix:/path`, `host:`, and the forms of a
 * storage node with its log (`readStorjSpec`). Without a name the node is called by its host and port.
 * Throws `UserError`, credentials masked, for anything else.
 */
export function parseNodeSpec(spec: string): NodeSpec {
	const storj = readStorjSpec(spec);
	if (storj && 'problem' in storj) throw badSpec(spec, storj.problem, storjForms);
	if (storj) return storj;
	const [, writtenName, address = spec] = /^([^:/?#[\]=@$]*)=(.*)$/s.exec(spec) ?? [];
	if (writtenName !== undefined) {
		const problem = nameProblem(writtenName);
		if (problem !== undefined) throw badSpec(spec, `the name ${problem}`);
	}
	if (hasReference(address)) return parseTemplate(spec, writtenName, address);
	const read = readAddress(address);
	if ('problem' in read) throw badSpec(spec, read.problem);
	return { name: writtenName ?? read.defaultName, url: read.url };
}

/** The spec of a node as it may be shown: its address alone where it was named after that. */
export function showSpec({ name, url, log }: Pick<NodeSpec, 'name' | 'url' | 'log'>): string {
	const address = showAddress(url);
	if (log !== undefined) return `${name}:${log.replace(/^tcp:\/\//i, '')}:${address}`;
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

/** Whether a word can only be a node's name: no dot, colon or slash makes it an address. */
export function isBareWord(spec: string): boolean {
	return !/[.:/=[\]@$]/.test(spec) && spec !== 'localhost';
}

const usualForms = 'a node is written URL, name=URL, host:port, unix:/path or host:';

function badSpec(spec: string, problem: string, forms = usualForms): UserError {
	return new UserError(`"${showAddress(spec)}": ${problem}`, { nextSteps: [forms] });
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
