import type { Vertex } from '../source/sections/dag/schema.ts';
import { line } from './line.ts';
import type { Span } from './line.ts';
import type { Look } from './look.ts';
import type { Tone } from '../source/domain/tone.ts';

/**
 * The newest vertices as columns of layers, oldest at the left: one row a place within the layer, a
 * stroke to the parent's row in the layer before. A vertex that no drawn vertex has as parent is a
 * tip.
 */
export function vertexLayers(
	look: Look,
	vertices: readonly Vertex[],
	width: number,
	height: number,
): string[] {
	if (height < 2 || vertices.length === 0) return [];
	const columnWidth = 4;
	const columnCount = Math.max(1, Math.floor(width / columnWidth));
	const layers = layersOf(vertices).slice(-columnCount);
	const rowCount = Math.min(height - 1, Math.max(...layers.map((layer) => layer.vertices.length)));
	const placeOf = new Map<string, { column: number; row: number }>();
	for (const [column, layer] of layers.entries()) {
		for (const [row, vertex] of layer.vertices.entries()) {
			if (row < height - 1) placeOf.set(vertex.id, { column, row });
		}
	}
	const parents = new Set(vertices.flatMap((vertex) => vertex.parents));
	const lines = Array.from({ length: rowCount }, (_, row) => {
		const spans: Span[] = [];
		for (const [column, layer] of layers.entries()) {
			const vertex = layer.vertices[row];
			spans.push(['dim', strokes(look, layers, placeOf, column, row)]);
			spans.push(vertex ? mark(look, vertex, parents) : ['plain', ' ']);
		}
		return line(look, spans, width);
	});
	const axis = layers.map(({ layer }, index) =>
		(index % 4 === 0 ? String(layer) : '').padStart(columnWidth).slice(-columnWidth),
	);
	return [...lines, line(look, [['label', axis.join('')]], width)];
}

interface Layer {
	readonly layer: number;
	readonly vertices: readonly Vertex[];
}

/** Vertices by their layer; where the node tells none, by their distance from the drawn roots. */
function layersOf(vertices: readonly Vertex[]): Layer[] {
	const depth = new Map<string, number>();
	const layers = new Map<number, Vertex[]>();
	for (const vertex of vertices) {
		const above = vertex.parents.map((id) => depth.get(id) ?? -1);
		const layer = vertex.layer ?? Math.max(-1, ...above) + 1;
		depth.set(vertex.id, layer);
		const row = layers.get(layer);
		if (row) row.push(vertex);
		else layers.set(layer, [vertex]);
	}
	return [...layers]
		.toSorted(([a], [b]) => a - b)
		.map(([layer, all]) => ({ layer, vertices: all }));
}

function mark(look: Look, vertex: Vertex, parents: ReadonlySet<string>): Span {
	const glyphs = look.isAscii
		? { final: '#', pending: 'o', tip: '*' }
		: { final: '●', pending: '○', tip: '◆' };
	const tone: Tone = vertex.finalized ? 'good' : 'warn';
	if (!parents.has(vertex.id)) return [vertex.finalized ? 'good' : 'accent', glyphs.tip];
	return [tone, vertex.finalized ? glyphs.final : glyphs.pending];
}

/** What leads from a column to the one before it, at one row: `─` straight, `╱` `╲` to another row. */
function strokes(
	look: Look,
	layers: readonly Layer[],
	placeOf: ReadonlyMap<string, { column: number; row: number }>,
	column: number,
	row: number,
): string {
	const vertex = layers[column]?.vertices[row];
	if (!vertex || column === 0) return '   ';
	const rows = vertex.parents
		.map((id) => placeOf.get(id))
		.filter((place) => place?.column === column - 1)
		.map((place) => place?.row ?? row);
	const [rise, flat, fall] = look.isAscii ? ['\\', '-', '/'] : ['╲', '─', '╱'];
	const above = rows.some((parentRow) => parentRow < row) ? rise : ' ';
	const level = rows.includes(row) ? flat : ' ';
	const below = rows.some((parentRow) => parentRow > row) ? fall : ' ';
	return `${above}${level}${below}`;
}
