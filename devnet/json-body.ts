import type { HonoRequest } from 'hono';

/** The text of a request's body, or why it is refused. */
export type JsonBody = { readonly text: string } | { readonly refused: 'type' | 'size' };

/** Reads a body that has to be declared as JSON and be no larger than `maxBytes`. */
export async function readJsonBody(request: HonoRequest, maxBytes: number): Promise<JsonBody> {
	// A form or plain text needs no preflight, so a page on the web could send it.
	if (!/^application\/json\b/i.test(request.header('content-type') ?? '')) {
		return { refused: 'type' };
	}
	// Node reads no more than the announced length, so that the check bounds the body.
	const sizeBytes = Number(request.header('content-length') ?? Infinity);
	if (!(sizeBytes <= maxBytes)) return { refused: 'size' };
	return { text: await request.text() };
}
