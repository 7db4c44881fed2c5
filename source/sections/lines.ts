import type { Tone } from '../domain/tone.ts';
import { capitalise, formatInUnit } from '../domain/units.ts';
import type { AnyField, FieldContext, JoinedLine } from './field.ts';
import { sections } from './registry.ts';
import type { SectionName } from './registry.ts';
import type { Section } from './section.ts';
import type { NodeSnapshot } from './snapshot.ts';
import { valueAt } from './value-at.ts';

/** One `label: value` of a section. */
export interface Line {
	readonly label: string;
	readonly value: string;
	readonly tone: Tone;
	readonly priority: 1 | 2 | 3;
	/** Paths of the fields that it shows, as `poll.latencyMs`. */
	readonly paths: readonly string[];
	/** What counts as the value when asking whether it changed: an age grows without a change. */
	readonly basis: string;
	/** Of a block of its own in `status`. */
	readonly heading?: string | undefined;
}

type MakeLine = (section: unknown, context: FieldContext) => Line | undefined;
type Form = FieldContext['form'];

/** Only what the node said: a field that is absent has no line. */
export function linesOf(node: NodeSnapshot, name: SectionName, context: FieldContext): Line[] {
	const section = node[name];
	if (section === undefined) return [];
	return makersOf(name, context.form)
		.map((make) => make(section, context))
		.filter((line) => line !== undefined);
}

/** What a line's text may depend on besides its section. */
export function contextOf(
	{ target, dag, chain }: NodeSnapshot,
	rest: Pick<FieldContext, 'nowMs' | 'form' | 'arrows'>,
): FieldContext {
	const finalises = dag ? 'vertices' : chain ? 'blocks' : undefined;
	return { ...rest, kind: target.kind, finalises };
}

const made = new Map<string, readonly MakeLine[]>();

function makersOf(name: SectionName, form: Form): readonly MakeLine[] {
	const key = `${name}/${form}`;
	const known = made.get(key);
	if (known) return known;
	const makers = createMakers(name, form);
	made.set(key, makers);
	return makers;
}

/** The lines in the order of the fields; a joined line stands at its first field, in place of all of them. */
function createMakers(name: SectionName, form: Form): MakeLine[] {
	const { fields, joined = [], shownElsewhere = {} }: Section = sections[name];
	const lines = joined.filter((line) => line.form === 'both' || line.form === form);
	const elsewhere = shownElsewhere[form] ?? [];
	return Object.entries(fields).flatMap(([path, field]) => {
		const line = lines.find((each) => each.fields.includes(path));
		if (line) return line.fields[0] === path ? [joinedLine(name, line, fields)] : [];
		return elsewhere.includes(path) ? [] : [fieldLine(name, path, field, form)];
	});
}

function fieldLine(name: string, path: string, field: AnyField, form: Form): MakeLine {
	const { unit, precision, priority } = field;
	const label = labelOf(field, form);
	const paths = [`${name}.${path}`];
	return (section, context) => {
		const value = valueAt(section, path);
		if (value === undefined || field.isShown?.(value, section) === false) return undefined;
		const text =
			field.show?.(value, section, context) ?? formatInUnit(unit, value, { ...context, precision });
		return {
			label,
			value: text,
			tone: field.tone?.(value, section) ?? 'plain',
			priority,
			paths,
			basis: field.basis?.(value, section) ?? (unit === 'age' ? String(value) : text),
		};
	};
}

function joinedLine(name: string, line: JoinedLine<unknown>, fields: Section['fields']): MakeLine {
	const { label, heading } = line;
	const paths = line.fields.map((path) => `${name}.${path}`);
	const priority = line.fields.reduce<1 | 2 | 3>(
		(least, path) => Math.min(least, fields[path]?.priority ?? 3) as 1 | 2 | 3, // The least of the three.
		3,
	);
	return (section, context) => {
		const value = line.text(section, context);
		if (value === undefined) return undefined;
		return {
			label: line.labelFor?.(section, context) ?? label,
			value,
			tone: line.tone?.(section) ?? 'plain',
			priority,
			paths,
			basis: line.basis?.(section) ?? value,
			heading,
		};
	};
}

/** `Finality lag` on screens, `Finality Lag` in `status`. */
export function labelOf({ label, statusLabel }: AnyField, form: Form): string {
	if (form === 'short') return label;
	return statusLabel ?? label.split(' ').map(capitalise).join(' ');
}
