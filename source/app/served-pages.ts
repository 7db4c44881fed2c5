import type { ServedPage } from '../serve/options.ts';

/**
 * Texts that the server makes of the present moment, by path. A new one is one entry: its summary for the
 * OpenAPI document, and the module that writes it, which is loaded at the first request.
 */
export const servedPages: Readonly<Record<string, ServedPage>> = {};
