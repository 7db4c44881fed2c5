import * as z from 'zod';
import type { ServeContext } from '../app-types.ts';

/**
 * The body of a request, as the schema has it, or the answer that refuses it. It must be declared as JSON:
 * a page of another site can send forms and plain text without asking first.
 */
export async function readBody<Schema extends z.ZodType>(
	context: ServeContext,
	schema: Schema,
): Promise<{ readonly value: z.infer<Schema> } | { readonly refusal: Response }> {
	if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) {
		return { refusal: context.json({ error: 'send the body as application/json' }, 415) };
	}
	const text = await readText(context);
	if (text === undefined) {
		return { refusal: context.json({ error: 'the body ends before it is whole' }, 400) };
	}
	const parsed = schema.safeParse(asJson(text));
	if (parsed.success) return { value: parsed.data };
	return { refusal: context.json({ error: z.prettifyError(parsed.error) }, 422) };
}

/** The parameters of a query, as the schema has them, or the answer that refuses them. */
export function readQuery<Schema extends z.ZodType>(
	context: ServeContext,
	schema: Schema,
): { readonly value: z.infer<Schema> } | { readonly refusal: Response } {
	const parsed = schema.safeParse(Object.fromEntries(new URL(context.req.url).searchParams));
	if (parsed.success) return { value: parsed.data };
	return { refusal: context.json({ error: z.prettifyError(parsed.error) }, 422) };
}

/** `undefined` where the client went away in the middle. */
async function readText({ req }: ServeContext): Promise<string | undefined> {
	try {
		return await req.text();
	} catch {
		// Nothing else can go wrong while bytes are read: how many there may be is decided before.
		return undefined;
	}
}

/** `undefined`, which no schema here accepts, for what is no JSON. */
function asJson(text: string): unknown {
	try {
		return JSON.parse(text === '' ? '{}' : text);
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}
