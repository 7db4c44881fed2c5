/** Names the shape of nodetop's document. The page of the server reads it without the schema itself. */
export const schemaId = 'nodetop/1';
