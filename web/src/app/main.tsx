import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "@/api";
import { startI18n } from "@/i18n";
import { followDeviceTheme, pageLanguage } from "./preferences";
import { Providers } from "./Providers";
import { router } from "./router";
import "./styles/app.css";

followDeviceTheme();
await startI18n(pageLanguage());

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Providers>
        <RouterProvider router={router} />
      </Providers>
    </QueryClientProvider>
  </StrictMode>,
);
