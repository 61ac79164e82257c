import { createRouter } from "@tanstack/react-router";
import { queryClient } from "@/api";
import { Loader } from "@/components";
import { PartError } from "./PageError";
import { forgotRoute, invitationRoute, newPasswordRoute } from "@/routes/by-link";
import { channelsRoute, connectRoute } from "@/routes/channels";
import { answersRoute, compareRoute, flowRoute, flowsRoute, peopleRoute } from "@/routes/flows";
import { homeRoute } from "@/routes/home";
import { conversationRoute, inboxRoute } from "@/routes/inbox";
import { loginRoute } from "@/routes/login";
import { journalRoute, letterRoute, lettersRoute, monitoringIndexRoute, monitoringRoute, requestRoute, toldRoute } from "@/routes/monitoring";
import { partsRoute } from "@/routes/parts";
import { registerRoute } from "@/routes/register";
import { rootRoute } from "@/routes/root";
import { accountRoute, auditRoute, credentialsRoute, generalRoute, keysRoute, membersRoute, newWorkspaceRoute, settingsIndexRoute, settingsRoute } from "@/routes/settings";
import { signedInRoute } from "@/routes/signed-in";
import { tableRoute, tablesRoute } from "@/routes/tables";

const routeTree = rootRoute.addChildren([
  homeRoute,
  loginRoute,
  registerRoute,
  partsRoute,
  forgotRoute,
  newPasswordRoute,
  invitationRoute,
  signedInRoute.addChildren([
    inboxRoute.addChildren([conversationRoute]),
    answersRoute,
    flowsRoute,
    flowRoute,
    tablesRoute,
    tableRoute,
    peopleRoute,
    compareRoute,
    channelsRoute,
    connectRoute,
    monitoringRoute.addChildren([monitoringIndexRoute, lettersRoute, journalRoute, toldRoute]),
    letterRoute,
    requestRoute,
    settingsRoute.addChildren([settingsIndexRoute, generalRoute, newWorkspaceRoute, membersRoute, credentialsRoute, keysRoute, auditRoute, accountRoute]),
  ]),
]);

export const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: "intent",
  defaultPendingMs: 400,
  defaultPendingComponent: Loader,
  defaultErrorComponent: ({ error }) => <PartError error={error} />,
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
