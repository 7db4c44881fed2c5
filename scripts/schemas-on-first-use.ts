import type { Plugin } from 'rolldown';

const moduleName = 'nodetop:waiting-schemas';

/**
 * A start makes more than three thousand schemas, and looks into few of them. zod fills in all of a schema when it is
 * made; here that waits until someone asks the schema for something.
 */
export const schemasOnFirstUse: Plugin = {
	name: 'schemas-on-first-use',
	resolveId: (id) => (id === moduleName ? `\0${moduleName}` : null),
	load: (id) => (id === `\0${moduleName}` ? waiting : null),
	transform(code, id) {
		const file = /[/\\]zod[/\\]v4[/\\]((?:core|classic)[/\\][\w-]+\.js)$/.exec(id)?.[1];
		const change = file === undefined ? undefined : changes[file.replaceAll('\\', '/')];
		if (change === undefined) return null;
		const { imports, before, after } = change;
		if (code.split(before).length !== 2)
			this.error(`${id} is written in another way than this build knows`);
		return `import { ${imports} } from '${moduleName}';\n${code.replace(before, after)}`;
	},
};

interface Change {
	readonly imports: string;
	readonly before: string;
	readonly after: string;
}

/** By file of zod. What has a parent is an error. */
const changes: Readonly<Record<string, Change>> = {
	'core/core.js': {
		imports: 'waits',
		before: 'const inst = params?.Parent ? newError(Definition) : this;',
		after: `
			return !params?.Parent && waits(_, this, def, make) ? this : make(params?.Parent ? newError(Definition) : this, def);
		}
		function make(inst, def) {`,
	},
	'core/util.js': {
		imports: 'cloneOfWaiting',
		before: 'const cl = new inst._zod.constr(def ?? inst._zod.def);',
		after: `
			const waitingClone = cloneOfWaiting(inst, def, params);
			if (waitingClone !== undefined) return waitingClone;
			const cl = new inst._zod.constr(def ?? inst._zod.def);`,
	},
	'classic/schemas.js': {
		imports: 'definitionOf',
		before: 'check(...chks) {\n        const def = this.def;',
		after: 'check(...chks) {\n        const def = definitionOf(this);',
	},
};

/**
 * The first schema of each kind is filled in at once: its prototype then has the methods of the kind, and what it has
 * of its own tells what the later ones must be asked for to be filled in.
 */
const waiting = `
const definition = Symbol('definition');
const parent = Symbol('parent');
const firstOf = new Map();
const prepared = new Map();

export function waits(kind, schema, def, make) {
	if (prepared.get(kind) === undefined) {
		const first = firstOf.get(kind);
		if (first === undefined) {
			firstOf.set(kind, schema);
			return false;
		}
		prepared.set(kind, true);
		for (const name of Object.getOwnPropertyNames(first)) fillWhenAsked(kind.prototype, name, make);
	}
	schema[definition] = def;
	return true;
}

export function cloneOfWaiting(schema, def, params) {
	const own = schema[definition];
	if (own === undefined) return undefined;
	const clone = new (Object.getPrototypeOf(schema).constructor)(def ?? own);
	if (!def || params?.parent) {
		if (clone[definition] === undefined) clone._zod.parent = schema;
		else clone[parent] = schema;
	}
	return clone;
}

export function definitionOf(schema) {
	return schema[definition] ?? schema.def;
}

function fillWhenAsked(prototype, name, make) {
	if (name in prototype) return;
	Object.defineProperty(prototype, name, {
		configurable: true,
		get() {
			const def = this[definition];
			if (def === undefined) return undefined;
			this[definition] = undefined;
			make(this, def);
			if (this[parent] !== undefined) this._zod.parent = this[parent];
			return this[name];
		},
		set(value) {
			Object.defineProperty(this, name, { configurable: true, enumerable: true, writable: true, value });
		},
	});
}
`;
