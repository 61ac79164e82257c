import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { followDeviceTheme, pageLanguage } from "@/app/preferences";
import { Providers } from "@/app/Providers";
import { LANGUAGES, loadLanguage, startI18n } from "@/i18n";
import "@/app/styles/app.css";
import { PhonePage } from "./PhonePage";

const queryClient = new QueryClient({ defaultOptions: { queries: { networkMode: "always", refetchOnReconnect: true }, mutations: { networkMode: "always" } } });

followDeviceTheme();
await startI18n(pageLanguage());
await Promise.all(LANGUAGES.map(loadLanguage));

const root = document.getElementById("root");
if (!root) throw new Error("phone.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Providers>
        <PhonePage />
      </Providers>
    </QueryClientProvider>
  </StrictMode>,
);
