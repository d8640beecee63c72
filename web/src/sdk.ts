/** All that the board knows of the outside. */
export * from '../../client-sdk/src/index.js';
