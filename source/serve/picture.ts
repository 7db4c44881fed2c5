import type { Moment } from '../sections/moment.ts';
import type { NodeSnapshot, SnapshotDocument } from '../sections/snapshot.ts';

/** The parts of a node or of the document, each as JSON, by key. */
export type Texts = ReadonlyMap<string, string>;

export interface NodePicture {
	readonly snapshot: NodeSnapshot;
	readonly texts: Texts;
}

/** A moment as JSON in pieces, so that what did not change is neither written nor compared again. */
export interface Picture {
	readonly takenAt: string;
	/** In the order of the moment, by name. */
	readonly nodes: ReadonlyMap<string, NodePicture>;
	/** What is beside the nodes: nodetop, summary, groups, alerts, and witness where there is one. */
	readonly rest: Texts;
}

export type ToDocument = (moment: Moment) => SnapshotDocument;
export type TakePicture = (moment: Moment) => Picture;

/** Takes pictures; each section is written once, however many pictures show it. */
export function createCamera(toDocument: ToDocument): TakePicture {
	const pictures = new WeakMap<NodeSnapshot, NodePicture>();
	const write = createWriter();
	return (moment) => {
		const { takenAt, nodetop, summary } = toDocument(moment);
		const nodes = moment.nodes.map(({ snapshot }): [string, NodePicture] => {
			const picture = pictures.get(snapshot) ?? { snapshot, texts: textsOf(snapshot, write) };
			pictures.set(snapshot, picture);
			return [snapshot.target.name, picture];
		});
		const { groups, witness, alerts } = moment;
		const rest = { nodetop, summary, groups, ...(witness && { witness }), alerts };
		return { takenAt, nodes: new Map(nodes), rest: textsOf(rest, write) };
	};
}

type Write = (value: unknown) => string;

/** JSON of a value; of an object only once. */
function createWriter(): Write {
	const written = new WeakMap<object, string>();
	return (value) => {
		if (typeof value !== 'object' || value === null) return JSON.stringify(value);
		const text = written.get(value) ?? JSON.stringify(value);
		written.set(value, text);
		return text;
	};
}

function textsOf(value: object, write: Write): Texts {
	const defined = Object.entries(value).filter(([, part]) => part !== undefined);
	return new Map(defined.map(([key, part]) => [key, write(part)]));
}

/** The snapshot document of a picture. */
export function documentText({ takenAt, nodes, rest }: Picture): string {
	const list = [...nodes.values()].map(({ texts }) => objectText(texts)).join(',');
	const { nodetop, summary, ...others } = Object.fromEntries(rest);
	return objectText(
		new Map([
			['schema', '"nodetop/1"'],
			['takenAt', JSON.stringify(takenAt)],
			['nodetop', nodetop ?? '{}'],
			['summary', summary ?? '{}'],
			['nodes', `[${list}]`],
			...Object.entries(others),
		]),
	);
}

export function objectText(texts: Iterable<readonly [string, string]>): string {
	const parts = [...texts].map(([key, text]) => `${JSON.stringify(key)}:${text}`);
	return `{${parts.join(',')}}`;
}
