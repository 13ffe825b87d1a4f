/** The mutation a process of the mesh was started with, if any: the name stands in `MESH_MUTATION`. */
export const mutationAsked = (): string | undefined => process.env['MESH_MUTATION'];
