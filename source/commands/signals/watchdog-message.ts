/** The watchdog's first message: from now on it hears signals. */
export const listening = 'listening';
