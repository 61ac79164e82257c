import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api";
import type { components } from "@/api/schema.gen";
import type { RowsSearch } from "@/routes/tables";

type Schemas = components["schemas"];
export type DataTable = Schemas["DataTable"];
export type DataColumn = Schemas["DataColumn"];
export type DataRow = Schemas["DataRow"];
export type TableRewrite = Schemas["TableRewrite"];
export type ColumnUpdate = Schemas["ColumnUpdate"];
export type ConversionReport = Schemas["ConversionReport"];
export type TableImport = Schemas["TableImport"];
export type Cell = DataRow["values"][string];
export type Values = { [name: string]: Cell };

const KEY = ["tables"] as const;
const PAGE = 100;
const SOON_MS = 700;
type Cursor = string | null;

/** More is refused by the server as well. */
export const MAX_CSV_BYTES = 8 * 1024 * 1024;

export const tablesQuery = queryOptions({ queryKey: [...KEY, "list"], queryFn: async () => dataOf(await api.GET("/api/tables")).data });

export const tableQuery = (id: string) =>
  queryOptions({
    queryKey: [...KEY, "one", id],
    queryFn: async () => dataOf(await api.GET("/api/tables/{table_id}", { params: { path: { table_id: id } } })),
    refetchInterval: (query) => (isUnderWay(query.state.data?.rewrite) ? SOON_MS : false),
  });

/** Whether a worker is at it. */
const isUnderWay = (rewrite: TableRewrite | null | undefined) => rewrite?.state === "queued" || rewrite?.state === "running";

export const rowsQuery = (id: string, { q, sort, down, where }: RowsSearch) =>
  infiniteQueryOptions({
    queryKey: [...KEY, "rows", id, q, sort, down, where],
    queryFn: async ({ pageParam }) =>
      dataOf(
        await api.GET("/api/tables/{table_id}/rows", {
          params: {
            path: { table_id: id },
            query: {
              limit: PAGE,
              ...(q?.trim() && { q: q.trim() }),
              ...(sort && { sort }),
              ...(down && { descending: true }),
              ...(where && where.length > 0 && { where: JSON.stringify(where) }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: null as Cursor,
    getNextPageParam: (page) => page.next_cursor,
  });

/** Which steps of bots ask a table. Read when somebody is about to change it. */
export const tableUsesQuery = (id: string) =>
  queryOptions({
    queryKey: [...KEY, "uses", id],
    queryFn: async () => dataOf(await api.GET("/api/tables/{table_id}/uses", { params: { path: { table_id: id } } })).data,
    staleTime: 0,
  });

/** A file on its way in: asked again until it is over. */
export const importQuery = (tableId: string, importId: string) =>
  queryOptions({
    queryKey: [...KEY, "import", importId],
    queryFn: async () => dataOf(await api.GET("/api/tables/{table_id}/imports/{import_id}", { params: { path: { table_id: tableId, import_id: importId } } })),
    refetchInterval: (query) => (query.state.data?.state === "done" || query.state.data?.state === "failed" ? false : SOON_MS),
  });

function useTableChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => queryClient.invalidateQueries({ queryKey: KEY }) });
}

export const useCreateTable = () => useTableChange(async (body: Schemas["TableCreate"]) => dataOf(await api.POST("/api/tables", { body })));

export const useUpdateTable = (id: string) =>
  useTableChange(async (body: Schemas["TableUpdate"]) => dataOf(await api.PATCH("/api/tables/{table_id}", { params: { path: { table_id: id } }, body })));

export const useDeleteTable = (id: string) =>
  useTableChange(async () => api.DELETE("/api/tables/{table_id}", { params: { path: { table_id: id }, query: { confirm: true } } }));

export const useAddColumn = (id: string) =>
  useTableChange(async (body: Schemas["ColumnCreate"]) => dataOf(await api.POST("/api/tables/{table_id}/columns", { params: { path: { table_id: id } }, body })));

export const useChangeColumn = (id: string) =>
  useTableChange(async ({ columnId, ...body }: ColumnUpdate & { columnId: string }) =>
    dataOf(await api.PATCH("/api/tables/{table_id}/columns/{column_id}", { params: { path: { table_id: id, column_id: columnId } }, body })),
  );

export const useRemoveColumn = (id: string) =>
  useTableChange(async (columnId: string) => api.DELETE("/api/tables/{table_id}/columns/{column_id}", { params: { path: { table_id: id, column_id: columnId }, query: { confirm: true } } }));

export const useAcceptRewrite = (id: string) =>
  useTableChange(async (rewriteId: string) => dataOf(await api.POST("/api/tables/{table_id}/rewrites/{rewrite_id}/accept", { params: { path: { table_id: id, rewrite_id: rewriteId } } })));

export const useCancelRewrite = (id: string) =>
  useTableChange(async (rewriteId: string) => dataOf(await api.POST("/api/tables/{table_id}/rewrites/{rewrite_id}/cancel", { params: { path: { table_id: id, rewrite_id: rewriteId } } })));

export const useCreateRow = (id: string) =>
  useTableChange(async (values: Values) => dataOf(await api.POST("/api/tables/{table_id}/rows", { params: { path: { table_id: id } }, body: { values } })));

export const useChangeRow = (id: string) =>
  useTableChange(async ({ rowId, values, revision }: { rowId: string; values: Values; revision: number }) =>
    dataOf(await api.PATCH("/api/tables/{table_id}/rows/{row_id}", { params: { path: { table_id: id, row_id: rowId } }, body: { values, revision } })),
  );

export const useDeleteRows = (id: string) =>
  useTableChange(async (ids: readonly string[]) => dataOf(await api.POST("/api/tables/{table_id}/rows/delete", { params: { path: { table_id: id } }, body: { ids: [...ids] } })));

export const useRestoreRows = (id: string) =>
  useTableChange(async (ids: readonly string[]) => dataOf(await api.POST("/api/tables/{table_id}/rows/restore", { params: { path: { table_id: id } }, body: { ids: [...ids] } })));

export type SentFile = { file: Blob; mode: "insert" | "upsert"; isDryRun: boolean };

/** A CSV file as it is: the server finds out how it is written. */
export const useImportRows = (id: string) =>
  useTableChange(async ({ file, mode, isDryRun }: SentFile) =>
    dataOf(
      await api.POST("/api/tables/{table_id}/import", {
        params: { path: { table_id: id }, query: { mode, dry_run: isDryRun } },
        body: file as never,
        bodySerializer: (body: unknown) => body as Blob,
        headers: { "Content-Type": "text/csv" },
      }),
    ),
  );

/** All rows as a file of the browser's own. */
export const useExportRows = () =>
  useMutation({
    mutationFn: async ({ id, name }: { id: string; name: string }) => {
      const file = dataOf(await api.GET("/api/tables/{table_id}/export", { params: { path: { table_id: id } }, parseAs: "blob" })) as unknown as Blob;
      const url = URL.createObjectURL(file);
      const link = document.createElement("a");
      link.href = url;
      link.download = `${name.trim().replace(/[^\p{L}\p{N}]+/gu, "-") || "table"}.csv`;
      link.click();
      URL.revokeObjectURL(url);
    },
  });
