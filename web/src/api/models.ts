import type { components } from "./schema.gen";

/** Short names for the generated shapes. When the schema is generated anew and a name has moved, it is put right here and nowhere else. */
type Schemas = components["schemas"];

export type Session = Schemas["Session"];
export type Me = Schemas["Me"];
export type Setup = Schemas["Setup"];
export type Workspace = Schemas["Workspace"];
export type WorkspaceDetails = Schemas["WorkspaceDetails"];
export type WorkspaceCreate = Schemas["WorkspaceCreate"];
export type WorkspaceUpdate = Schemas["WorkspaceUpdate"];
export type BrowserSession = Schemas["BrowserSession"];
export type SecondFactorEnrolment = Schemas["SecondFactorEnrolment"];
export type Invitation = Schemas["Invitation"];
export type InvitationCreate = Schemas["InvitationCreate"];
export type InvitationCreated = Schemas["InvitationCreated"];
export type InvitationShown = Schemas["InvitationShown"];
export type Locale = Schemas["User"]["locale"];

export type Channel = Schemas["Channel"];
export type ChannelCreate = Schemas["MetaChannelCreate"] | Schemas["TwilioChannelCreate"];
export type ChannelCreated = Schemas["ChannelCreated"];
export type ChannelUpdate = Schemas["ChannelUpdate"];

export type AccountEvent = Schemas["AccountEvent"];

export type MergedContact = Schemas["MergedContact"];

export type Conversation = Schemas["Conversation"];
export type ConversationPage = Schemas["ConversationPage"];
export type ConversationCounts = Schemas["ConversationCounts"];
export type ConversationEvent = Schemas["ConversationEvent"];
export type Message = Schemas["Message"];
export type MessagePage = Schemas["MessagePage"];
export type Failure = Schemas["Failure"];
export type MediaFile = Schemas["MediaFile"];
export type MediaFailure = Schemas["MediaFailure"];

export type Bot = Schemas["Bot"];
export type Flow = Schemas["Flow"];
export type FlowVersion = Schemas["FlowVersion"];
export type FlowNodeType = Schemas["FlowNodeType"];
export type Blueprint = Schemas["Blueprint"];
export type Fault = Schemas["Fault"];
export type DraftState = Schemas["DraftState"];
export type KnownValue = Schemas["KnownValue"];
export type ExpressionChecked = Schemas["ExpressionChecked"];
export type Simulation = Schemas["Simulation"];
export type Simulated = Schemas["Simulated"];
export type PlayedAct = Schemas["PlayedAct"];
export type SpokenMessage = Schemas["SpokenMessage"];
export type PreviewAct = NonNullable<Simulation["acts"]>[number];
/** What a test may repeat: nothing that is answered by itself. */
export type TestAct = Exclude<PreviewAct, { type: "perform" }>;
export type PreviewSetting = Schemas["Setting"];
export type DraftPassCreated = Schemas["DraftPassCreated"];
export type PassCreate = Schemas["PassCreate"];
export type BotTest = Schemas["BotTest"];
export type PeopleWaiting = Schemas["PeopleWaiting"];
export type PeopleChoice = Required<Schemas["PeopleChoice"]>;
export type Transition = Schemas["Transition"];
export type FlowSession = Schemas["FlowSession"];
export type FlowSessionDetails = Schemas["FlowSessionDetail"];
export type SprintTrace = Schemas["SprintTrace"];
export type MessageTrace = Schemas["MessageTrace"];
export type EventTrace = Schemas["EventTrace"];
export type FlowCounts = Schemas["FlowCounts"];

export type FlowTriggers = Schemas["FlowTriggers"];
export type Hook = Schemas["Hook"];
export type HookCreated = Schemas["HookCreated"];
export type HookEvent = Schemas["HookEvent"];
export type ScheduleRuns = Schemas["ScheduleRuns"];
export type Credential = Schemas["Credential"];
export type CredentialCreate = Schemas["CredentialCreate"];
export type CredentialUpdate = Schemas["CredentialUpdate"];

export type DeadLetter = Schemas["DeadLetter"];
export type DeadLetterDetails = Schemas["DeadLetterDetails"];
export type LetterSettings = Schemas["LetterSettings"];
export type RetriedLetters = Schemas["RetriedLetters"];
export type SendMessage = NonNullable<Schemas["RetryOne"]["message"]>;
export type WebhookRequest = Schemas["WebhookRequest"];
export type WebhookRequestDetails = Schemas["WebhookRequestDetails"];
export type WebhookPart = Schemas["WebhookPart"];
export type ReplayResult = Schemas["ReplayResult"];

export type Member = Schemas["Member"];
export type Role = Schemas["Role"];
export type Permission = Schemas["Permission"];
export type Token = Schemas["Token"];
export type MemberToken = Schemas["MemberToken"];
export type TokenCreate = Schemas["TokenCreate"];
export type AuditEntry = Schemas["AuditEntry"];
