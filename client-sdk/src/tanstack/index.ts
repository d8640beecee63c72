export { batonOptions, type BatonOptions, type CallKey, type MutationVerb, type QueryVerb } from './batonOptions.js';
