/** What rows that have a version and can be deleted begin with. */
export const newRow = (at: Date) => ({
  version: 1,
  createdAt: at,
  updatedAt: at,
  deletedAt: null,
  deletedBy: null,
  deleteReason: null,
});
