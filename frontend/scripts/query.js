/** URLSearchParams as the end of an address: nothing where none are set. */
export const asQuery = (query) => (`${query}` ? `?${query}` : "");
