/** Below these, a score has its alert and its colour. */
export const scoreLevels = {
	audit: { warning: 0.98, critical: 0.97, clear: 0.985 },
	suspension: { warning: 0.95, critical: 0.75, clear: 0.97 },
	online: { warning: 0.95, critical: 0.7, clear: 0.96 },
} as const;
