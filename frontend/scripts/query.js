/** URLSearchParams as the end of a URL: "?a=b", or "" if empty. */
export const asQuery = (query) => (`${query}` ? `?${query}` : "");
