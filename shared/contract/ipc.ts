/** The two channels between a window and the main process. Apart from the tables, so that the preload script stays small. */
export const CALL_CHANNEL = 'sallyport:call';
export const EVENT_CHANNEL = 'sallyport:event';

/** The name under which the preload bridge stands in the window. */
export const BRIDGE_NAME = 'sallyport';
