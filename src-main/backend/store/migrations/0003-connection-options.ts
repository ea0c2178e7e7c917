/** What is set for a connection beside its address and scope, such as the region of an account. */
export const connectionOptions = `
-- a JSON object of short strings; never a secret
ALTER TABLE connection ADD COLUMN options TEXT NOT NULL DEFAULT '{}';
`;
