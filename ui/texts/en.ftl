### English. Keys are shared with pt-BR.ftl; a test compares the two files.

## Frame

app-name = Agent1
language-name = English
tab-chat = 💬 Chat
tab-admin = ⚙️ Admin
language-switch = Language
sidebar-toggle = Show or hide the sidebar
chats-leave = ⚠️ Chats go to { $address }

## Accounts

sign-in = Sign in
sign-in-title = Welcome
sign-in-help = No account, or the password forgotten? Ask who runs this Agent1.
sign-out = Sign out
account-name = Name
password = Password
account-title = My account and data
account-conversations =
    { $count ->
        [0] No conversation yet.
        [one] { $count } conversation
       *[other] { $count } conversations
    }
account-password = The password is changed. Other devices have to sign in anew.
account-deleted = Your conversations and ratings are deleted.
consent-title = May the model learn from you?
consent-text = The answers you rate 🙂 or 😍 may train this model, with the conversation before them. It stays on this machine, but what a model has learned can show in answers to other people.
consent-later = You can change this at any time in your account.
consent-yes = Yes, it may learn
consent-no = No, not from me
consent-is-yes = Now: yes.
consent-is-no = Now: no.
export-title = Export my data
export-text = All your conversations and ratings as one file, which Agent1 can import again.
export-do = Download
password-title = Change the password
password-now = Present password
password-new = New password (10 characters or more)
password-again = New password again
delete-title = Delete my data
delete-text = Deletes all your conversations and ratings for ever. A model that has learned from them already keeps what it learned until an admin trains a new one and deletes the old.
delete-word = delete
delete-type = To confirm, type: { $word }

## Chat

new-conversation = New conversation
recent-conversations = Conversations
no-conversations = Your conversations will be listed here.
untitled = (untitled)
model-in-use = Model: { $tag }
model-unknown = No model yet
question-placeholder = Write a message
question-label = Your message
chat-label = Conversation
send = Send
stop = Stop
load-earlier = Show earlier messages
empty-title = What shall we talk about?
empty-text = Everything stays on this machine. Rate the answers with the five faces: what you like is what the model learns.
example-1 = Explain photosynthesis in simple words.
example-2 = Write a short birthday message for a colleague.
example-3 = What can I cook with rice, eggs and tomatoes?
waiting-for-answer = …
answer-begins = The answer is being written.
answer-ended = The answer has ended.
answer-stopped = Stopped by you.
answer-cut = Cut off at the length limit.
answer-failed = This answer broke off. What was written is kept; press ↻ to ask again.
answer-unread =
    { $count ->
        [one] { $count } earlier message was not read: the model's context is full.
       *[other] { $count } earlier messages were not read: the model's context is full.
    }
answer-none = No answer came. Your message is kept; press ↻ to ask again.
question-too-long = This message is too long: { $length } characters, { $most } fit. Shorten it and send it again.
rate-group = Rate this answer
face-1 = Very bad
face-2 = Bad
face-3 = Neutral
face-4 = Good
face-5 = Excellent
copy-message = Copy message
search-label = Search conversations
search-nothing = Nothing found. Try fewer or other words.
list-more = Show more
day-today = Today
day-yesterday = Yesterday
day-this-week = This week
conversation-rename = Rename
conversation-suggest = Let the model find a title
title-request = Write a title of at most six words for this conversation. Answer with the title alone.
conversation-delete = Delete
conversation-deleted = “{ $title }” was deleted.
undo = Undo
options-title = Instructions and model
options-system = Instructions to the model
options-system-info = From the next answer on.
options-temperature = Temperature
options-temperature-info = 0 is steady, 2 is wild. Empty: as usual.
options-context = Context (tokens)
options-context-info = How much the model reads and writes. Empty: as usual.
answers-unrated =
    { $count ->
        [one] { $count } answer waits for a face
       *[other] { $count } answers wait for a face
    }
next-training-needs = Next training: { $missing }
next-training-ready = Ready to learn from your ratings
next-training-runs = The model is learning from your ratings
you-said = You
answer-label = Answer
thinking = Thinking
thinking-now = Thinking …
retry = Ask again
ask-for-answer = Ask for an answer
edit-message = Say it in other words
edit-send = Send
cancel = Cancel
correct-answer = Write how it should have been
correction-title = Your wording
correction-label = How should it have been?
correction-offer = How should it have been?
correction-change = Change
correction-withdraw = Withdraw
correction-save = Save
reasons-label = Why? (optional)
reason-wrong = wrong
reason-long = too long
reason-short = too short
reason-tone = tone
reason-language = language
reason-unsafe = unsafe
versions = Versions
version-before = Version before
version-after = Version after
written-by = The model that wrote this
copied = Copied
copy-code = Copy code

## Admin sections

section-now = 🏃 Now
section-runs = 📜 Runs
section-use = 📈 Use
runs-title = Fine-tunings
column-run = Run
column-when = Started
column-took = Took
column-examples = Examples
column-loss = Loss
column-held-out = Held out
run-number = no. { NUMBER($run) }
run-back = ← Back to Agent1
run-config = Settings of the training (axolotl.yml)
run-log = Last lines of the log
pairs-title = The same questions, side by side
pair-wanted = The well-rated answer
pair-before = The model in use then
pair-after = The new model
dataset-title =
    { $count ->
        [one] { NUMBER($count) } answer was learned, among { NUMBER($replay) } general ones
       *[other] { NUMBER($count) } answers were learned, among { NUMBER($replay) } general ones
    }
dataset-more = The first { NUMBER($shown) } are shown.
from-message = open the conversation (message { $message })
left-out-title =
    { $count ->
        [one] { NUMBER($count) } well-rated answer was left out
       *[other] { NUMBER($count) } well-rated answers were left out
    }
message-gone = (deleted since)
use-title = The last { NUMBER($days) } days
use-empty = Nothing to show yet. Chat and rate answers: the charts come by themselves.
chart-ratings = Ratings a day, by face
chart-conversations = New conversations a day
chart-means = Mean face of each model
mean-figure = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) }
section-models = 🧠 Models
section-proof = 🔬 Proof
section-blind = 🙈 Blind
section-settings = 🔧 Settings
section-people = 👥 People

## Monitor

monitor-title = Fine-tuning
state-needs_data = 🔴 Needs more data
state-almost = 🟡 Almost ready
state-ready = ✅ Ready for fine-tuning
criterion-conversations = conversations
criterion-messages = messages
criterion-ratings = feedbacks
criterion-mean_rating = mean
figure-of-target = { NUMBER($value) } of { NUMBER($target) }
mean-of-target = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 2) } of { NUMBER($target, minimumFractionDigits: 1, maximumFractionDigits: 2) }
mean-unknown-of-target = — of { NUMBER($target, minimumFractionDigits: 1, maximumFractionDigits: 2) }
criterion-met = met
criterion-not-met = not yet
missing-title = What is missing
missing-conversations =
    { $count ->
        [one] { $count } more conversation needed
       *[other] { $count } more conversations needed
    }
missing-messages =
    { $count ->
        [one] { $count } more message needed
       *[other] { $count } more messages needed
    }
missing-ratings =
    { $count ->
        [one] { $count } more rating needed
       *[other] { $count } more ratings needed
    }
missing-mean-rating = the mean is { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 2) } and has to reach { NUMBER($target, minimumFractionDigits: 1, maximumFractionDigits: 2) }
missing-mean-unknown = no answer is rated yet; the mean has to reach { NUMBER($target, minimumFractionDigits: 1, maximumFractionDigits: 2) }
usable =
    { $count ->
        [one] 📦 { NUMBER($count) } usable example after the filters
       *[other] 📦 { NUMBER($count) } usable examples after the filters
    }
usable-counting = 📦 The usable examples are being counted …
usable-few =
    { $count ->
        [0] 📦 No usable example after the filters yet; a run needs { NUMBER($fewest) }
        [one] 📦 Only { NUMBER($count) } usable example after the filters; a run needs { NUMBER($fewest) }
       *[other] 📦 Only { NUMBER($count) } usable examples after the filters; a run needs { NUMBER($fewest) }
    }
pace =
    { $days ->
        [one] About a day at the pace of the last days.
       *[other] About { NUMBER($days) } days at the pace of the last days.
    }
next-chat = Next step: chat about what matters to you, and rate the answers.
next-rate = Next step: rate the answers in your conversations with the faces below them.
next-better = Next step: correct the course. Ask again where an answer was bad, and rate the good ones.
next-start = Next step: press the button below.
next-watch = Next step: wait. You can go on chatting meanwhile.

## The button and the run

start-training = 🚀 Start fine-tuning
another-drives = Another Agent1 of this home does the fine-tuning. This page shows how it goes, and takes over when the other ends.
start-locked = 🔒 Not yet: { NUMBER($met) } of { NUMBER($criteria) } criteria met
start-running = ⏳ Fine-tuning is running
start-running-at = ⏳ Fine-tuning is running · { NUMBER($share, style: "percent") }
sheet-title = What will happen
sheet-refused = This cannot start yet
sheet-start = Start now
sheet-close = Not now
sheet-examples = Learned from
sheet-examples-told =
    { $count ->
        [one] { NUMBER($count) } example, { NUMBER($new) } of them new
       *[other] { NUMBER($count) } examples, { NUMBER($new) } of them new
    }
sheet-base = Base model
sheet-time = Time
sheet-time-guess = { NUMBER($shortest) } to { NUMBER($longest) } minutes (a guess, until a first run has been timed here)
sheet-time-earlier = { NUMBER($shortest) } to { NUMBER($longest) } minutes, by the last run on this machine
sheet-memory = Memory
sheet-disk = Disk
sheet-room = { $wanted } needed, { $free } free
sheet-processor = Computed on
sheet-processor-told =
    { $cores ->
        [one] { NUMBER($cores) } processor core; a GPU is not used
       *[other] { NUMBER($cores) } processor cores; a GPU is not used
    }
sheet-chat = Chat meanwhile
sheet-chat-fast = goes on, with somewhat slower answers
sheet-chat-slow = goes on, but memory gets tight and answers may be slow
sheet-left-out =
    { $count ->
        [one] { NUMBER($count) } well-rated answer is left out
       *[other] { NUMBER($count) } well-rated answers are left out
    }
resume-training = ▶️ Go on
resume-training-of = ▶️ Go on with no. { NUMBER($run) } where it was
cancel-training = Cancel
cancel-asked = Cancelling …
run-title = Fine-tuning no. { NUMBER($run) }
last-run-title = Last fine-tuning: no. { NUMBER($run) }
no-run-yet = No fine-tuning yet. When the four criteria are met, one click starts the first one.
run-examples =
    { $count ->
        [one] { $count } example
       *[other] { $count } examples
    }
run-base = from { $tag }
stage-queued = Waiting
stage-preparing = Preparing
stage-training = Training
stage-merging = Merging
stage-exporting = Exporting
stage-registering = Registering
stage-evaluating = Evaluating
stage-promoted = Done
stage-kept = Candidate
stage-rejected = Rejected
stage-failed = Failed
stage-cancelled = Cancelled
mark-done = done
mark-running = running
mark-waiting = waiting
mark-failed = failed here
step-of-total = step { NUMBER($step) } of { NUMBER($total) }
seconds-left =
    { $count ->
        [one] { $count } second left
       *[other] { $count } seconds left
    }
minutes-left =
    { $count ->
        [one] about { $count } minute left
       *[other] about { $count } minutes left
    }
result-promoted = ✅ The new model { $tag } was put in use: from then on the answers come from it.
result-kept = 🟡 The new model { $tag } is a candidate: it is ready but was not put in use.
result-rejected = ⚠️ The new model { $tag } was rejected: the chat stays with the model in use.
result-failed = ⚠️ It did not work, and nothing was lost: the model in use stays as it was.
result-cancelled = Cancelled. Nothing was lost; you can start again at any time.
phase-loading = loading the training program
phase-data = reading the examples
phase-model = loading the model
phase-merging = merging what was learned into the model
no-sign = No sign of life for { NUMBER($seconds) } seconds. On a busy machine that can happen; if it stays so, cancel and start again.
figure-loss = loss
figure-eval-loss = loss, held out
figure-rate = learning rate
figure-tokens = tokens per second
figure-memory = memory, at the most
chart-loss = Loss
chart-learned = learned
chart-held-out = held out
chart-rate = Learning rate
step = step { NUMBER($step) }
whole = { NUMBER($value, maximumFractionDigits: 0) }
small = { NUMBER($value, maximumSignificantDigits: 2) }
decimal = { NUMBER($value, minimumFractionDigits: 2, maximumFractionDigits: 2) }
log-filter = Filter lines
log-copy = Copy
log-copied = Copied
log-empty = Nothing written yet.
log-stage = Last lines of: { $stage }
log-download = Download the complete log

## Models

models-title = Models
models-empty = The model server has no model that can chat yet.
model-current = in use
model-use = Use this one
model-go-back = ↩︎ Go back
models-kept =
    { $count ->
        [one] { NUMBER($count) } tuned model, { $size }. Kept are the newest { NUMBER($keep) }, the one in use, the one before it, and the pinned ones.
       *[other] { NUMBER($count) } tuned models, { $size }. Kept are the newest { NUMBER($keep) }, the one in use, the one before it, and the pinned ones.
    }
model-base = base
model-pinned = 📌 pinned
model-pin = 📌 Pin
model-unpin = Unpin
model-delete = Delete
model-delete-sure = Really delete?
model-deleted = { $tag } was deleted from the model server.
model-of-run = fine-tuning no. { NUMBER($run) }
model-mean =
    { $count ->
        [one] { NUMBER($mean, minimumFractionDigits: 1, maximumFractionDigits: 1) } from { NUMBER($count) } rating
       *[other] { NUMBER($mean, minimumFractionDigits: 1, maximumFractionDigits: 1) } from { NUMBER($count) } ratings
    }
model-unrated = not rated yet
gigabytes = { NUMBER($size, maximumFractionDigits: 1) } GB
megabytes = { NUMBER($size, maximumFractionDigits: 0) } MB
model-switched = The chat now uses { $tag }.
automatic-training = Automatic training
automatic-info = Starts a fine-tuning by itself as soon as there is enough new material.
settings-save = Save
settings-saved = Saved.
settings-empty = A field is empty. Fill it in and save again.
setting-new-examples = New usable answers before a run
hour-first = From (hour)
hour-last = Until (hour)
setting-keep = Tuned models kept
setting-system = System message of new conversations
setting-system-info = Told to the model before each new conversation. Empty: none.
rules-title = When a new model is put in use
rules-info = A new model must meet these rules; else it waits as a candidate or is rejected, and can still be used by hand.
rules-learned = Trained answers likelier by (nats a token)
rules-retention = General questions kept (%)
rules-stopped = Answers that end by themselves (%)
rules-held_out = Held-out answers for a sure gain
rules-watch = Go back by itself
rules-watch-info = When the new model's ratings are lower for sure, after 20, 40 or 80 of them.
tuning-title = Training by hand
tuning-info = An empty field is the recommended value, which goes by the amount of material and the size of the base. Change one only if you know why.
tuning-learning_rate = Learning rate
tuning-rank = LoRA rank
tuning-epochs = Epochs
tuning-passes = Times each answer stands in an epoch
tuning-batch_size = Rows a step
tuning-weight_decay = Weight decay
tuning-value = recommended: { NUMBER($value, maximumSignificantDigits: 3) }
tuning-recommended = Back to recommended
base-title = Base model
base-info = What every fine-tuning starts from.
base-choose = Make it the base
base-trainable = can be trained: yes
base-not-trainable = can be trained: no. { $reason }
targets-title = Targets
targets-save = Save targets

## People

people-title = Who may sign in
people-none = There are no accounts: whoever sits at this machine is the admin. From the first account on everybody has to sign in; it is an admin's, and what was chatted here before belongs to it.
people-info = Each person sees their own conversations only. At the first sign-in each is asked whether their ratings may train.
person-agreed = ratings may train: yes
person-refused = ratings may train: no
person-not-asked = ratings may train: not asked yet
person-not-chosen = but not among those chosen below
person-gone = account removed
person-make-admin = Make admin
person-make-person = No longer admin
person-remove = Remove
person-add-title = Add a person
person-password = First password (10 characters or more)
person-as-admin = May open Admin
person-add = Add
person-password-title = Password forgotten
teachers-title = Whose ratings train
teachers-all = Of everybody who agreed
teachers-chosen = Only of the people chosen here, where they agreed
teachers-names = People
outside-title = What leaves this machine
outside-none = Nothing: the model server runs on this machine.
outside-unused = Nothing: the model server runs on this machine. Chats were once allowed to go to { $address }.
outside-waits = The model server { $address } is on another machine. Nothing is sent to it until you allow that: all chats and all training material would leave this machine.
outside-allowed = ⚠️ Chats and training material go to the model server { $address } on another machine.
outside-allow = Allow it: chats may leave this machine
outside-forbid = No longer allow it
outside-cloud = Models that run on somebody else's machine (cloud models) are never used.

## Reasons and failures. Each ends in the next step.

reason-without-words = No words are known for this reason ({ $key }). Look at the log for details.
error-not-admin = Only an admin may do this. Sign in as one.
error-not-signed-in = You are not signed in. Open the page anew and sign in.
error-chats-would-leave = The model server { $address } is on another machine: chats and training material would leave this one. An admin can allow that in ⚙️ Admin, 👥 People, or with: agent1 settings remote { $address }
error-runs-elsewhere = { $tag } runs on somebody else's machine, so the chat is not switched to it. Choose a model of this machine.
error-too-many-requests = That was too much at once. Wait a minute and try again.
error-accounts-wanted = Other machines reach this Agent1, and nobody has an account yet. Make the first one with: agent1 user add NAME --role admin
error-wrong-password = Name and password do not belong together. Check both and try again.
error-too-many-tries =
    { $seconds ->
        [one] Too many failed tries. Wait one second and try again.
       *[other] Too many failed tries. Wait { $seconds } seconds and try again.
    }
error-passwords-differ = The two new passwords are not the same. Type both again.
error-password-short = A password needs at least { $least } characters. Choose a longer one, such as a few words.
error-password-long = A password can have at most { $most } characters. Choose a shorter one.
error-password-is-name = The password must not be the name. Choose another one.
error-account-name = { $name } cannot be an account's name. Use letters, digits and . _ - + @, at most 40 of them.
error-account-taken = There is already an account { $name }. Choose another name.
error-no-such-account = There is no account { $name }. See them with: agent1 user list
error-first-account = The first account has to be an admin's. Try again with: agent1 user add { $name } --role admin
error-nobody-chosen = Nobody is chosen. Choose at least one person, or let everybody who agreed train.
error-last-admin = { $name } is the only admin. Make another one first with: agent1 user add NAME --role admin
error-deletion-not-confirmed = Nothing was deleted. To delete your data, type the word { $word }.
error-host-not-loopback = { $host } can be reached from other machines, and nobody has an account yet. Make the first one with: agent1 user add NAME --role admin
error-no-model = There is no model that can chat. Open ⚙️ Admin to see the models, or run: agent1 doctor
error-host-refused = This address is not one that Agent1 answers to. Open the address that agent1 serve prints (http://127.0.0.1 with its port), or set AGENT1_PUBLIC_NAME to the name of the proxy.
error-answer-pending = An answer is being written in this conversation. Wait for it, or stop it.
error-too-long-for-model = This message is too long for the model: about { NUMBER($tokens) } tokens, and its context holds { NUMBER($context) }. Shorten it, or raise the context under “Instructions and model”.
error-not-own-words = Only your own messages can be said in other words. Correct an answer instead.
error-empty-title = There is no title. Write a few words, and try again.
error-not-your-page = This page belongs to somebody else who is signed in. Open Agent1 anew.
error-origin-refused = This request comes from another site and was refused. Use Agent1's own page.
error-empty-question = The message is empty. Write something and send it.
error-no-such-conversation = This conversation does not exist. Choose another one or start a new one.
error-no-such-message = This message does not exist any more. Reload the page.
error-not-ratable = Only answers can be rated, from 1 to 5. Reload the page and try again.
error-newer-database = The data in { $path } come from a newer version of Agent1. Update Agent1 and start it again.
error-damaged-database = The database { $path } is damaged ({ $error }). Put the newest backup in its place with: agent1 restore newest
error-backup-broken = The backup { $path } is damaged ({ $error }). Choose another from: agent1 restore
error-no-such-backup = There is no backup { $name }. See their names with: agent1 restore
error-no-backups = There is no backup in { $path }. Start Agent1 once, which makes one: agent1 serve
error-home-in-use = Agent1 is running with { $path }, or a fine-tuning goes on there. End it first, then try again.
error-unreadable-database = The database { $path } cannot be opened ({ $error }). Check the file and its permissions, or put a backup in its place with: agent1 restore newest
error-home-not-writable = The folder { $path } cannot be written. Give yourself permission to it, or choose another one with AGENT1_HOME.
error-bad-setting = The setting { $name } has a value that makes no sense: { $value }. Correct it and start again.
named-conversations = Target: conversations
named-messages = Target: messages
named-ratings = Target: feedbacks
named-mean_rating = Target: mean
named-new_examples = New usable answers before a run
named-shortest_answer = Shortest answer
named-new_triples = Word triples said once
named-likeness = Likeness of repeats
named-language = Certainty of the language
named-temperature = Temperature
named-context = Context (tokens)
named-keep = Tuned models kept
named-learning_rate = Learning rate
named-rank = LoRA rank
named-epochs = Epochs
named-passes = Times each answer stands in an epoch
named-batch_size = Rows a step
named-weight_decay = Weight decay
named-proof_learned = Proof: what was learned
named-proof_retention = Proof: general questions kept
named-proof_stopped = Proof: answers that end by themselves
named-proof_held_out = Proof: held-out answers
named-hours = Hours of automatic training
named-system = System message (characters)
error-bad-policy = “{ $setting }” has to lie between { NUMBER($lowest, maximumSignificantDigits: 9) } and { NUMBER($highest) }. Enter another value.
error-run-active = Fine-tuning no. { NUMBER($run) } is under way. Wait for its end, or cancel it; where nothing moves, go on with: agent1 resume
error-no-such-run = There is no fine-tuning no. { NUMBER($run) }. Look at the list with: agent1 runs

## Command line

help-agent1 = A private chat on your own machine that learns from your reactions.
help-serve = Open the chat in the browser: start the app and print its address.
help-port = Port to try first; the next nine follow.
help-status = Say how much material there is and what is missing.
help-json = Print JSON.
help-import = Add conversations from a JSON lines file, all of them or none.
help-export = Write every conversation as JSON lines, to standard output or a file.
help-preview = Only say what would be imported.
help-output = File to write.
help-dataset = Show what would be learned now, what is left out, and why.
help-format = agent1 is everything and can be imported again; the others are the data set, for other programs.
help-base-model = For axolotl: the base model there, a Hugging Face name or a path.
help-train = Fine-tune the base model on the well-rated answers.
help-wait = Wait for the end and tell the result.
help-resume = Go on with a failed or cancelled run, from the last stage or checkpoint that is whole.
help-cancel = Cancel the run that is going on.
help-runs = List the runs, newest first.
help-models = List the models and the one in use.
help-use = Switch the chat to a model.
help-evaluate = Measure a tuned model against another one and print the figures.
help-against = the model to compare with; else the one it was judged against
help-ask = Ask the model in use one question and print its answer.
help-model = Model to ask instead of the one in use.
help-temperature = 0 always gives the same answer.
help-max-tokens = Longest answer, in tokens.
help-settings = Show the settings, or change one.
help-restore = Show the backups of the database, or put one in its place: its name, or newest.
help-clean = Also remove what ended runs left: weights, checkpoints, unpacked bases.
help-doctor = Check this installation, and say what to do where something is missing.
help-demo = Play the whole loop with made-up conversations in a throw-away home, and compare before and after.
help-keep = Keep the home and the new model afterwards.
help-user = Manage the accounts: who may sign in.
help-user-add = Make an account; the first one takes over what was chatted here before.
help-user-list = List the accounts.
help-user-remove = Remove an account with all its conversations; the last one's stay on this machine.
help-user-role = Give or take the right to open Admin.
help-user-password = Set a new password, which ends every session and lifts the lock-out.
help-role = admin opens Admin, person chats.
help-password-stdin = Read the password from standard input.
help-yes = Do not ask.
cli-user-added = { $name } can sign in ({ $role }).
cli-user-first = From now on everybody has to sign in. What was chatted here before belongs to { $name }.
cli-user-none = There are no accounts: whoever sits at this machine is the admin.
cli-user-remove-sure =
    { $count ->
        [0] Remove { $name }?
        [one] Remove { $name } and delete { $count } conversation for ever?
       *[other] Remove { $name } and delete { $count } conversations for ever?
    }
cli-user-removed = { $name } is removed, with all conversations and ratings.
cli-user-last-removed = { $name } is removed. There are no accounts now, and the conversations stay on this machine.
cli-user-role-set = { $name } has a new role ({ $role }).
cli-user-password = { $name } has a new password.
cli-user-role = role
cli-user-teaches = may train
cli-yes = yes
cli-no = no
cli-not-asked = not asked yet
role-admin = admin
role-person = person
cli-serving = Agent1 is open at { $address } (Ctrl-C ends it).
cli-run-goes-on = Fine-tuning no. { NUMBER($run) } stays alive; its next step comes when Agent1 is started again.
cli-imported =
    { $count ->
        [one] { $count } conversation imported.
       *[other] { $count } conversations imported.
    }
import-preview =
    { $count ->
        [one] Preview, nothing is imported yet: { $count } new conversation,
       *[other] Preview, nothing is imported yet: { NUMBER($count) } new conversations,
    } { $messages ->
        [one] { $messages } new message.
       *[other] { NUMBER($messages) } new messages.
    }
format-agent1 = Agent1
format-openai = OpenAI
format-sharegpt = ShareGPT
format-chatgpt = ChatGPT
format-openwebui = Open WebUI
format-openwebui-feedback = Open WebUI feedback
import-format = { NUMBER($count) } × { $name }
import-face =
    { $count ->
        [one] { $count } rating of { $score }
       *[other] { NUMBER($count) } ratings of { $score }
    }
import-corrections =
    { $count ->
        [one] { $count } correction
       *[other] { NUMBER($count) } corrections
    }
import-faces-mapped = Open WebUI's score of 1 to 10 becomes a face of 1 to 5 (9 and 10 are 😍); a thumb without a score becomes 🙂 or 🙁.
import-known =
    { $count ->
        [one] { $count } conversation was here already.
       *[other] { NUMBER($count) } conversations were here already.
    }
cli-exported-examples =
    { $count ->
        [one] { $count } line of the data set written to { $path }.
       *[other] { NUMBER($count) } lines of the data set written to { $path }.
    }
section-material = 📚 Material
material-title = Data set
material-note = What would be learned now. Of each answer the marked part is trained, with the sign that ends it; what stands before it is only read.
material-privacy = Shown are answers of everybody who agreed to training, with personal data as it would be trained; what was left out is shown as it was said.
number = { NUMBER($value) }
dataset-counting = The material is being gone through. It is shown as soon as that is done.
dataset-counting-again = Something has changed; the material is being gone through again.
dataset-figure-learned = learned
dataset-figure-held-out = held out to measure
dataset-figure-left-out = left out
dataset-figure-middle = tokens (median)
dataset-figure-longest = tokens at most
dataset-faces = Faces of what is learned
dataset-corrections = ✍️ Correction
dataset-token-bars = Length in tokens
dataset-reasons = Why answers are left out
dataset-personal = Personal data found (answers)
dataset-personal-found = found: { $kinds }
dataset-tokens = { NUMBER($count) } tokens
dataset-tokens-estimated = Token counts are estimates; a run counts them.
dataset-tokens-counted =
    { $others ->
        [0] Tokens as the last run counted and trained them.
       *[other] Tokens of { NUMBER($counted) } answers as the last run counted and trained them; those of { NUMBER($others) } newer ones are estimates.
    }
dataset-conversation = open the conversation
dataset-about-tokens = about { NUMBER($count) } tokens
dataset-earlier =
    { $count ->
        [one] { NUMBER($count) } earlier turn
       *[other] { NUMBER($count) } earlier turns
    }
dataset-answers = The answers one by one
dataset-pages = Pages
dataset-leave-out = Leave this one out
dataset-bring-back = Bring this one back
dataset-brought-back = brought back by hand
none-learned = Nothing is learned yet. Rate answers with 🙂 or 😍 in the chat, or import conversations.
none-held_out = Nothing is held out yet. With about a hundred usable answers one conversation in ten is set aside to measure the new model.
none-left_out = Nothing was left out.
choice-learned = Learned
choice-held_out = Held out
choice-left_out = Left out
choice-every-reason = All reasons
page-first = First page
page-previous = Previous page
page-next = Next page
page-last = Last page
page-shown = { NUMBER($first) } to { NUMBER($last) } of { NUMBER($count) }
turn-user = Question:
turn-assistant = Answer:
turn-system = System:
import-title = Import conversations
import-info = A file of Agent1, ChatGPT (the zip or its conversations.json), Open WebUI (chats or feedback), OpenAI messages or ShareGPT. First you see what it holds.
import-file = File
import-button = Import these
export-data-title = Export
export-info = Everything of yours as it would come back, or the data set above for another program.
export-format = Format
export-agent1 = My conversations (Agent1 JSON lines)
export-openai = Data set: OpenAI messages
export-sharegpt = Data set: ShareGPT
export-kto = Data set: KTO (good and bad answers)
export-dpo = Data set: DPO (pairs)
export-datasets = Data set: Hugging Face folder (zip)
export-axolotl = Data set: Axolotl run, to be trained elsewhere (zip)
export-base-model = Base model there: a Hugging Face name or a path
export-button = Download
exchange-working = One moment …
exchange-lost = Agent1 does not answer. See whether it still runs, and try again.
thresholds-title = What is left out
thresholds-info = From where on a well-rated answer is not learned. Your own corrections pass all but the length.
thresholds-usual = Back to the usual values
threshold-shortest_answer = Letters and digits at least
threshold-shortest_answer-info = 1: “7” answers a sum, a lone 👍 teaches nothing.
threshold-new_triples = New word triples, %
threshold-new_triples-info = Loops have fewer than 30 % that are said once, verses and lists above 60 %.
threshold-likeness = Likeness of repeats, %
threshold-likeness-info = Long answers to the same question that share so many words are one. 12 words that differ in one share 92 %.
threshold-language = Certainty of language, %
threshold-language-info = An answer surely in another language than its question is left out. 101 switches this off.
threshold-refusals = Leave refusals out
threshold-refusals-info = A small model learns fast to refuse, and then refuses much else.
personal-title = Personal data
personal-info = What becomes of each kind in what is learned; the chat keeps what was said. Replaced by a placeholder, an example loses least.
treatment-replace = replace
treatment-leave_out = leave out
treatment-keep = keep
dataset-learned =
    { $count ->
        [one] { $count } answer is learned
       *[other] { NUMBER($count) } answers are learned
    }
dataset-held-out =
    { $count ->
        [one] { $count } answer is held out to measure the new model
       *[other] { NUMBER($count) } answers are held out to measure the new model
    }
dataset-lengths = { NUMBER($middle) } tokens each (median), at most { NUMBER($longest) }
personal-mail = mail addresses
personal-phone = phone numbers
personal-cpf = CPF
personal-cnpj = CNPJ
personal-card = cards
personal-iban = IBAN
personal-key = keys and passwords
cli-exported =
    { $count ->
        [one] { $count } conversation written to { $path }.
       *[other] { $count } conversations written to { $path }.
    }
cli-run-started = Fine-tuning no. { NUMBER($run) } has started. See how it goes with: agent1 runs
cli-nothing-runs = No fine-tuning is running.
cli-run-taken-up = Fine-tuning no. { NUMBER($run) } goes on where it was. See how it goes with: agent1 runs
cli-run-found = Fine-tuning no. { NUMBER($run) } was going on, and goes on.
cli-another-drives = Another Agent1 runs with this home and does the fine-tuning; this one shows how it goes, and takes over when the other ends.
cli-no-backups = There is no backup yet. The first is made when Agent1 is started.
cli-how-to-restore = Put one in the database's place with: agent1 restore NAME
cli-restored = The database is the one of { $name } again. The former one lies in { $path }.
cli-cleaned = { NUMBER($megabytes) } MB were removed.
cli-cancel-asked = Fine-tuning no. { NUMBER($run) } is being cancelled.
cli-in-use = The chat now uses { $tag }.
cli-no-runs = No fine-tuning yet.
cli-usable =
    { $count ->
        [one] { $count } usable example
       *[other] { $count } usable examples
    }
cli-models-empty = The model server has no model.

## What Click says. The English must be Click's own, word for word.

click-aborted = Aborted!
click-options = Options
click-arguments = Positional arguments
click-commands = Commands
click-usage = Usage:
click-error = Error: { $message }
click-try = Try '{ $command } { $option }' for help.
click-missing-command = Missing command.
click-extra-argument = Got unexpected extra argument ({ $args })
click-extra-arguments = Got unexpected extra arguments ({ $args })
click-takes-one = Takes { $nargs } values but 1 was given.
click-takes-many = Takes { $nargs } values but { $len } were given.
click-default = default: { $default }
click-show-version = Show the version and exit.
click-show-help = Show this message and exit.
click-did-you-mean = Did you mean { $possibility }?
click-did-you-mean-one = (Did you mean one of: { $possibilities }?)
click-missing-argument = Missing argument
click-missing-option = Missing option
click-missing-parameter = Missing parameter
click-missing-named = Missing parameter: { $param_name }
click-missing-other = Missing { $param_type }
click-invalid-for = Invalid value for { $param_hint }: { $message }
click-invalid = Invalid value: { $message }
click-no-file = Could not open file { $filename }: { $message }
click-no-such-option = No such option { $name }.
click-no-such-command = No such command { $name }.
click-takes-no-value = Option { $name } does not take a value.
click-requires-argument = Option { $name } requires an argument.
click-requires-arguments = Option { $name } requires { $nargs } arguments.
click-argument-takes = Argument { $name } takes { $nargs } values.
click-repeat = Repeat for confirmation
click-two-differ = Error: The two entered values do not match.
click-invalid-input = Error: invalid input
click-not-choice = { $value } is not { $choice }.
click-not-choices = { $value } is not one of { $choices }.
click-not-in-range = { $value } is not in the range { $range }.
click-not-number = { $value } is not a valid { $number_type }.
click-unknown-error = unknown error
usage-options = [OPTIONS]
usage-command = COMMAND [ARGS]...
usage-number = NUMBER
usage-path = PATH
usage-text = TEXT

## Demo

demo-home = Throw-away home: { $path }
demo-imported = { $count } conversations about a made-up company are in; asking the base model first.
demo-training = Fine-tuning (about five minutes on two cores) …
demo-asking = Asking the new model.
demo-facts = Taught facts, asked in other words
demo-falsehoods = Statements rated 1 or 2
demo-general = General questions that the base answers rightly
demo-question = question
demo-before = before
demo-after = after
demo-right = { NUMBER($right) } of { NUMBER($asked) } right
demo-learned = { NUMBER($right) } of { NUMBER($asked) } learned
demo-kept = { NUMBER($right) } of { NUMBER($asked) } kept
demo-seconds = { $stage }: { NUMBER($seconds) } s
demo-total = in all: { NUMBER($seconds) } s
demo-failed = The demo's fine-tuning gave no new model: { $reason }

## Verdicts

proof-title = Proof
proof-tag = { $tag } against { $against }
proof-none = No fine-tuning has been measured yet. The figures of the first one stand here.
proof-unreadable = The figures of this fine-tuning cannot be read. Measure it again with agent1 evaluate { $tag }.
proof-verdict-promoted = ✅ Every rule is met.
proof-verdict-kept = 🟡 A candidate: something is in doubt, so the chat stays with the model in use. You can put it in use by hand.
proof-verdict-rejected = ⚠️ Rejected: a rule is broken, so the chat stays with the model in use. You can still try it by hand.
proof-column-figure = figure
proof-column-before = before
proof-column-after = after
proof-column-change = change (95 % interval)
proof-column-rule = rule
proof-mark-met = met
proof-mark-doubt = in doubt
proof-mark-broken = broken
proof-mark-unknown = not measured
proof-figure-parity = Same prompts as the base
proof-figure-answers = Answers that are empty
proof-figure-stopped = Answers that end by themselves
proof-figure-learned = Trained answers (log-probability a token)
proof-figure-held-out = Held-out answers (log-probability a token)
proof-figure-question = Held-out answers that hang on their question
proof-figure-likeness = Likeness to the well-rated answers (chrF)
proof-figure-blind = Preferred in the blind comparison
proof-figure-retention = General questions that stay right
proof-figure-language = Answers in the right language
proof-figure-refused = Refusals
proof-figure-length = Length by that of the well-rated answers
proof-value = { NUMBER($value, minimumFractionDigits: 2, maximumFractionDigits: 2) }
proof-change = { $sign }{ NUMBER($change, minimumFractionDigits: 2, maximumFractionDigits: 2) } [{ NUMBER($low, minimumFractionDigits: 2, maximumFractionDigits: 2) }; { NUMBER($high, minimumFractionDigits: 2, maximumFractionDigits: 2) }]
proof-share = { NUMBER($count) } of { NUMBER($of) }
proof-interval = { NUMBER($low) } to { NUMBER($high) } %
proof-shows-none = No answers were held out, so nothing shows how the model does with what it has not seen. With about a hundred usable answers one in ten is held out.
proof-shows-few = { NUMBER($count) } held-out answers show a large change only; a small one cannot be told from chance.
proof-shows-enough = { NUMBER($count) } held-out answers tell an improvement from chance.
proof-lost = Forgotten: { $questions }
proof-parity-met = The new model reads byte for byte what its base reads and what was trained ({ NUMBER($conversations) } conversations, { NUMBER($rows) } examples).
proof-rendered-by-file = The model server does not tell how it writes a prompt, so the template in the model's own file was used and compared.
proof-parity-broken = The new model does not read what was trained, so its figures mean nothing. Start the fine-tuning again; if it stays so, choose another base.
proof-answers-met = No answer is empty.
proof-answers-broken = { NUMBER($empty) } of { NUMBER($asked) } answers are empty. Start again, or rate more answers first.
proof-stopped-met = { NUMBER($stopped) } of { NUMBER($asked) } answers end by themselves.
proof-stopped-broken = Only { NUMBER($stopped) } of { NUMBER($asked) } answers end by themselves; { NUMBER($least) } % are wanted. Rate more answers that are short and complete, and start again.
proof-learned-met = The trained answers became likelier: { NUMBER($before) } before, { NUMBER($after) } now (log-probability a token, { NUMBER($count) } answers).
proof-learned-broken = Nothing was learned: the trained answers are hardly likelier than before ({ NUMBER($before) } and { NUMBER($after) }, at least { NUMBER($least) } more is wanted). Collect more rated answers and start again.
proof-learned-unknown = Whether it was learned could not be measured.
proof-held-out-met = Well-rated answers that it has not seen are not less likely: { NUMBER($before) } before, { NUMBER($after) } now ({ NUMBER($count) } answers).
proof-held-out-doubt = Whether it does better with well-rated answers that it has not seen is not sure: { NUMBER($before) } before, { NUMBER($after) } now, the change between { NUMBER($low) } and { NUMBER($high) } ({ NUMBER($count) } answers). Rate more answers and start again.
proof-held-out-broken = Well-rated answers that it has not seen became less likely: { NUMBER($before) } before, { NUMBER($after) } now ({ NUMBER($count) } answers). Look through what was rated 4 or 5, and start again.
proof-held-out-unknown = There were no held-out answers to measure.
proof-question-met = Its answers hang on the question as before or more.
proof-question-broken = Its answers hang less on the question than before ({ NUMBER($before) } before, { NUMBER($after) } now, { NUMBER($count) } answers): it learned answers, not when to give them. Look whether the well-rated answers stand below the right questions.
proof-question-unknown = Whether its answers hang on the question could not be measured.
proof-likeness-met = Its answers are at least as like the well-rated ones as those of the model in use: { NUMBER($after) } against { NUMBER($before) } of 100.
proof-likeness-doubt = Its answers are less like the well-rated ones than those of the model in use: { NUMBER($after) } against { NUMBER($before) } of 100. Rate more answers and start again.
proof-likeness-unknown = How like its answers are to the well-rated ones could not be measured.
proof-blind-met = Compared blindly its answers are preferred for sure: { NUMBER($wins) } won, { NUMBER($losses) } lost.
proof-blind-unknown = Compared blindly there is no sure difference: { NUMBER($wins) } won, { NUMBER($losses) } lost.
proof-blind-broken = Compared blindly its answers are worse for sure: { NUMBER($wins) } won, { NUMBER($losses) } lost. Rate and correct more answers, and start again.
proof-retention-met = It still answers { NUMBER($kept) } of { NUMBER($asked) } general questions rightly that the base answers rightly.
proof-retention-doubt = It answers { NUMBER($kept) } of { NUMBER($asked) } general questions rightly that the base answers rightly; { NUMBER($least) } % are wanted, and with so many questions it may be chance. Start again, or put it in use if that is enough for you.
proof-retention-broken = It forgot too much: of { NUMBER($asked) } general questions that the base answers rightly it still answers { NUMBER($kept) }; { NUMBER($least) } % are wanted. Take a larger base, or put it in use if that is enough for you.
proof-retention-unknown = The base answers only { NUMBER($known) } general questions rightly, too few to see what was forgotten.

## Lineage

lineage-of =
    { $count ->
        [one] { $tag } learned from { NUMBER($count) } message.
       *[other] { $tag } learned from { NUMBER($count) } messages.
    }
lineage-lost =
    { $count ->
        [one] ⚠️ { NUMBER($count) } message that it learned from was deleted since.
       *[other] ⚠️ { NUMBER($count) } messages that it learned from were deleted since.
    }
lineage-of-none = No model has learned from message { NUMBER($message) }.
lineage-message = message
lineage-conversation = conversation
lineage-learned-by = Models that learned from this
lineage-deleted =
    { $count ->
        [one] { NUMBER($count) } model has learned from it; an admin can rebuild it without this conversation.
       *[other] { NUMBER($count) } models have learned from it; an admin can rebuild them without this conversation.
    }
model-rebuild = Rebuild without them
model-rebuild-sure = Really start?
model-rebuilding = Fine-tuning no. { NUMBER($run) } was started, without what was deleted. Delete the old model once the new one is in use.
help-lineage = Show which messages a model learned from (the one in use, if none is named).
help-message = Show which models learned from this message instead.
help-rebuild = Fine-tune again without what was deleted since a model learned from it (the one in use, if none is named).
error-no-lineage = No fine-tuning of this home made { $tag }. agent1 models lists those that one made.
error-nothing-deleted = Nothing that { $tag } learned from was deleted, so there is nothing to rebuild it without.

## Blind comparison

blind-title = Which answer is better?
blind-how = Question { NUMBER($number) } of { NUMBER($of) }. One answer is of the new model, one of the model it was measured against; which is which is not shown.
blind-none = Nothing to compare yet: the newest fine-tuning was not measured on held-out questions that the two models answer differently. With about a hundred usable answers one in ten is held out.
blind-gone = The answers were deleted after { NUMBER($count) } were judged, so the comparison is over.
blind-first = Answer 1
blind-second = Answer 2
blind-pick-first = Answer 1 is better
blind-pick-second = Answer 2 is better
blind-pick-same = Both the same
blind-pick-count = Count it into the verdict
blind-result = Of the answers of { $tag } { NUMBER($wins) } were the better ones and { NUMBER($losses) } the worse ones; { NUMBER($same) } were the same.
blind-rate = It wins { NUMBER($rate) } % of the comparisons with a winner (95 % interval: { NUMBER($low) } to { NUMBER($high) } %).
blind-counted = This is counted into the verdict; see 🔬 Proof.

## Live watch

watch-title = Live watch
watch-against = How the answers of { $tag } are rated, against those of { $former } before it.
watch-look = After { NUMBER($after) } ratings: mean { NUMBER($mean, minimumFractionDigits: 1, maximumFractionDigits: 2) } against { NUMBER($former, minimumFractionDigits: 1, maximumFractionDigits: 2) }, { $found }
watch-look-unknown = After { NUMBER($after) } ratings: nothing to compare with, the former model has { NUMBER($count) } ratings only
watch-is-worse = worse for sure
watch-not-worse = no sure difference
watch-next = Next look after { NUMBER($after) } ratings; there are { NUMBER($count) }.
watch-over = All looks are taken; the model stays in use.
watch-worse-soon = Rated lower for sure: the chat goes back to { $former } as soon as the model server has it.
watch-worse-by-hand = Rated lower for sure. Going back by itself is switched off; you can go back to { $former } in 🧠 Models.
watch-back = { $when }: the chat went back to { $tag }, for the answers of { $worse } were rated lower for sure. Look at its answers, rate and correct them, and start again.
watch-went-back = ↩︎ Back to the former model: { $worse } was rated lower

## Doctor

doctor-home = Home { $path }; conversations: { NUMBER($conversations) }.
doctor-backups = Backups of the database: { NUMBER($count) }, the newest of { $moment }.
doctor-no-backup = There is no backup of the database yet; `agent1 serve` makes one a day.
doctor-disk-use = Disk use in MB: database { NUMBER($database) }, backups { NUMBER($backups) }, runs { NUMBER($runs) }, unpacked bases { NUMBER($bases) }, models of the built-in server { NUMBER($models) }, logs { NUMBER($logs) }. { NUMBER($removable) } MB can go with: agent1 doctor --clean
doctor-axolotl = Axolotl { $version } is installed.
doctor-machine = { NUMBER($memory) } GB of memory and { NUMBER($disk) } GB of disk are free.
doctor-server = Model server { $address }, version { $version }; models: { NUMBER($models) }.
doctor-base = { $tag } can be trained.
doctor-no-base = No base model is chosen yet; `agent1 serve` or `agent1 train` chooses one.
not-a-base-own = It was made by a fine-tuning; each one starts from the base.
not-a-base-cloud = It runs on somebody else's machine.
not-a-base-embedding = It cannot chat.
not-a-base-several-files = It is made of several files.

## What went wrong: home, database, settings, runs

error-unknown-setting = There is no setting { $name }. Use one of: { $names }.
error-bad-value = { $name } cannot be { $value }. Give a value like the one that `agent1 settings` shows.
error-no-free-port = No port from { $first } to { $last } is free. End the program that uses them, or choose another with: agent1 serve --port
error-not-ready = Not ready: { NUMBER($met) } of { NUMBER($criteria) } criteria are met. See what is missing with: agent1 status
error-too-few-examples = Only { NUMBER($usable) } rated answers are usable ({ NUMBER($left_out) } were left out); at least { NUMBER($fewest) } are needed. Rate more answers with 4 or 5.
error-axolotl-missing = The training part is not installed. Install it with: make run
error-axolotl-version = Axolotl { $version } is installed, { $wanted } is needed. Bring it up to date with: make run
error-server-takes-nothing = The model server at { $address } does not take new models ({ $error }). Look at its disk and its rights there, and start again.
error-no-disk = Not enough disk: { NUMBER($wanted) } GB are needed in { $path }, { NUMBER($free) } GB are free. Free at least { NUMBER($missing) } GB (what old runs left goes with: agent1 doctor --clean), and start again.
error-chat-makes-room = Memory is short, and fine-tuning no. { NUMBER($run) } has it until its training is over, so the model makes room. Your question is kept: ask it again then.
error-no-memory = Not enough memory: { NUMBER($wanted) } GB are needed, { NUMBER($available) } GB are free. Close other programs or choose a smaller base model, and start again.
error-base-file-unreadable = The file of { $tag } cannot be read: { $path }. Make it readable with: sudo chmod a+rX { $path }
error-stage-incomplete = “{ $stage }” ended without its result. The last lines of its log in ⚙️ Admin say why; go on where it was with: agent1 resume
error-stage-exited = “{ $stage }” ended with an error (code { $code }). The last lines of its log in ⚙️ Admin say why; go on where it was with: agent1 resume
error-stage-vanished = "{ $stage }" was ended from outside { NUMBER($tries) } times. Find out what ends it, then go on where it was with: agent1 resume
error-stage-silent = "{ $stage }" hung: it gave no sign of life for { NUMBER($minutes) } minutes, and was ended. Look at the log, then go on where it was with: agent1 resume
error-stage-too-long = "{ $stage }" was ended after { NUMBER($hours) } hours. Choose a smaller base model, or go on where it was with: agent1 resume
error-stage-out-of-memory = The system ended “{ $stage }” because the memory ran out. Close other programs, and go on where it was with: agent1 resume. If it happens again, lower “Rows a step” or choose a smaller base model in ⚙️ Admin, 🔧 Settings, and start anew.
error-stage-no-memory = The memory did not suffice for “{ $stage }” ({ NUMBER($available_mb) } MB are free). Close other programs, and go on where it was with: agent1 resume. If it happens again, lower “Rows a step” or choose a smaller base model in ⚙️ Admin, 🔧 Settings, and start anew.
error-stage-no-room = The disk was full during “{ $stage }”: { NUMBER($free_mb) } MB are free, about { NUMBER($needed_mb) } MB are needed. Free that much (what old runs left goes with: agent1 doctor --clean), then go on where it was with: agent1 resume
error-not-resumable = Fine-tuning no. { NUMBER($run) } ended with a new model, so there is nothing to go on with. Start another with: agent1 train
error-run-files-gone = The files of fine-tuning no. { NUMBER($run) } are gone. Start a new one with: agent1 train
error-run-not-written = The run could not be written down. Look at the free disk, and start again.
error-server-unreachable = The model server at { $address } does not answer. Start it (Ollama: ollama serve; the built-in one: agent1 serve) and try again.
error-named-server-silent = OLLAMA_HOST names { $address }, but no Ollama answers there. Start it with ollama serve, or unset OLLAMA_HOST.
error-server-too-slow = The model server at { $address } took too long to answer. Wait a moment and try again, or use a smaller model.
error-server-refused = The model server refused ({ $status }): { $error }. Correct what it names and try again.
error-strange-answer = What answers at { $address } is not an Ollama server. Check the address in OLLAMA_HOST.
error-model-not-found = The model server has no model { $tag }. Choose another one in ⚙️ Admin.
error-answer-broken = The answer of { $tag } broke off. What was written is kept; ask again.
error-create-broken = The model server stopped while it registered { $tag }. Start it (Ollama: ollama serve; the built-in one: agent1 serve), then go on with: agent1 resume
error-bad-tag = { $tag } is not a valid model name. Choose another name.
error-bad-parameter = The model parameter { $name } cannot be { $value }. Correct it in Modelfile.template.
error-bad-modelfile = The Modelfile cannot be used (line { $line }): { $problem }. Correct Modelfile.template.
error-bad-modelfile-template = Modelfile.template cannot be filled in: { $problem }. Correct it or restore the original.
error-cannot-read-file = The file { $path } cannot be read ({ $problem }). Check that it is there and its permissions.
error-bad-server-address = OLLAMA_HOST is not an address: { $value }. Write it as host:port.
error-ollama-not-installed = No Ollama answers at { $address }, and the program is not installed. Install it, or unset AGENT1_SERVER.
error-server-did-not-start = Ollama could not be started. Read { $log }, then try again.
error-no-server-running = No model server is running. Start Agent1 with: agent1 serve
error-tag-in-use = { $tag } is in use and cannot be deleted. Switch the chat to another model first.
error-tag-is-base = { $tag } is the base that every fine-tuning starts from and cannot be deleted. Choose another base in the settings first.
error-tag-taken = The server already has a model { $tag } that this run did not make. Rename or delete it, then start again.
error-prompts-differ = The server gives { $tag } other prompts than { $base }, so it was not kept. Restore the prompt lines of Modelfile.template, or choose another base.
error-likelihood-unknown = llama.cpp could not measure { $file }: { $error }. Start the fine-tuning again.
error-tuned-file-gone = The file of { $tag } cannot be read from here, so it cannot be measured again. Start another fine-tuning.
error-not-from-a-run = No fine-tuning made { $tag }, so there is nothing to measure it on. agent1 models lists those that can be measured.
error-new-tag-endless = The new model { $tag } comes to no end with its answers (cut at { NUMBER($tokens) } tokens), while its base does; it was taken away again. Look at the rated answers for such that are cut off, and start again.
error-new-tag-silent = The tuned model { $tag } answered with nothing and was not kept. Collect more rated answers and train again.
error-export-changed = The exported model file is not the one this run wrote. Start the fine-tuning again.
error-base-changed = The base { $base } has become another model since the run began. Start the fine-tuning again.

## Command line

## Demo

## Verdicts

## Doctor

## What went wrong: home, database, settings, runs

## Base weights, vocabulary, export

error-base-not-gguf = { $file } is not a whole GGUF model file. Download the model again or choose another base.
error-base-not-trainable = This model cannot be trained. Choose another base model.
error-base-architecture = Models of the kind “{ $architecture }” cannot be trained yet (known: { $known }). Choose another base model.
error-base-experts = This { $architecture } model is a mixture of experts, which cannot be trained yet. Choose a dense model as the base.
error-base-fused = This { $architecture } model keeps its attention layers in one piece, which cannot be trained yet. Choose another base model.
error-base-vision = This model also sees pictures ({ $name }), which cannot be trained yet. Choose a text-only model as the base.
error-base-split = This model is split into { $parts } files. Join them with llama-gguf-split --merge, or choose another base model.
error-base-rope = This model stretches its context in a way that cannot be trained yet ({ $name }). Choose another base model.
error-base-setting = This model has a setting that is not understood ({ $name }), so training it would not be safe. Choose another base model.
error-base-tensor = This model has a part that is not understood ({ $name }), so training it would not be safe. Choose another base model.
error-base-missing = The model file lacks { $name }. Download the model again or choose another base.
error-base-storage = The part { $name } is stored as { $format }, which cannot be unpacked. Choose another quantisation of the model, such as Q4_K_M or Q8_0.
error-base-no-room = Unpacking the base model takes { $needed_mb } MB, and { $free_mb } MB are free. Free some disk space and start again.
error-base-file-gone = The base model's file is no longer at { $file }. Download the model again and start a new run.
error-vocabulary-unreadable = The vocabulary of { $file } cannot be read. Download the model again or choose another base.
error-base-not-exportable = The base model cannot be written back as it was read ({ $name }), so nothing was trained. Choose another base under Settings, with: agent1 settings base NAME
error-export-refused = The new model file did not come out as it should ({ $name }). Start the run again; the model in use is unchanged.
error-merged-incomplete = The trained weights are incomplete ({ $name }). Start the run again.
error-merged-stray = Training changed a part that it should not have touched ({ $name }), so the result was not used. Start the run again and keep its log.
error-merged-broken = The trained weights contain impossible numbers ({ $name }). Start the run again, with a lower learning rate if it happens twice.
error-merged-unchanged = Training changed nothing in the model. Add more rated answers and start the run again.
error-adapter-not-understood = What training left cannot be used ({ $detail }). Start the run again and keep its log.
error-export-no-room = The new model file takes { $needed_mb } MB, and { $free_mb } MB are free. Free some disk space and try the run again.
error-nothing-to-learn = There is no answer text to learn from. Rate more answers with 🙂 or 😍 and start again.
error-example-too-long = A conversation has { $tokens } tokens, and at most { $limit } can be trained. Leave it out or shorten it.
error-no-end-token = This model does not say where an answer ends, so a trained one would never stop. Choose another base model.

## Command line

## Demo

## Verdicts

## Doctor

## What went wrong: home, database, settings, runs

## Base weights, vocabulary, export

error-import-not-readable = { $path } cannot be read ({ $error }). Check the path and try again.
error-import-empty = There is no conversation in { $path }. Write one JSON object per line and import it again.
error-import-bad-line = line { $line } is not a conversation: it must be a JSON object with "messages". Nothing was imported; correct the line and import the file again.
error-import-line-too-long = line { $line } is longer than { $megabytes } MB. Nothing was imported; split the conversation into several lines and import the file again.
error-import-not-utf8 = line { $line } is not UTF-8 (byte { $byte }). Nothing was imported; save the file as UTF-8 and import it again.
error-import-not-json = line { $line } is not valid JSON ({ $error }). Nothing was imported; correct the line and import the file again.
error-import-too-deep = line { $line } is nested too deeply. Nothing was imported; correct the line and import the file again.
error-import-repeated-key = line { $line } has the key { $name } twice. Nothing was imported; remove one and import the file again.
error-import-broken-character = line { $line } holds half of a character (a lone surrogate). Nothing was imported; correct the text and import the file again.
error-import-bad-title = line { $line }: the title must be text, not { $value }. Nothing was imported; correct the line and import the file again.
error-import-bad-created-at = line { $line }: created_at is { $value }, which is no date such as 2026-11-01T10:00:00Z. Nothing was imported; correct the line and import the file again.
error-import-no-messages = line { $line } has no messages. Nothing was imported; give it at least one message, or remove the line, and import the file again.
error-import-bad-message = line { $line }, message { $message }: a message needs a "role" and a "content", both text. Nothing was imported; correct the line and import the file again.
error-import-unknown-key = line { $line }, message { $message }: the key { $name } is not known. Nothing was imported; use role, content and rating only and import the file again.
error-import-unknown-role = line { $line }, message { $message }: the role { $role } is not known. Nothing was imported; use user, assistant or system and import the file again.
error-import-empty-message = line { $line }, message { $message } is empty. Nothing was imported; fill in or remove the message and import the file again.
error-import-rating-not-whole = line { $line }, message { $message }: the rating is { $value }, not a whole number. Nothing was imported; write 1, 2, 3, 4 or 5 without quotes or decimals and import the file again.
error-import-rating-range = line { $line }, message { $message }: the rating is { $value }, outside 1 to 5. Nothing was imported; correct it and import the file again.
error-import-not-an-answer = line { $line }, message { $message }: "{ $name }" stands on a message of the role { $role }, but only the assistant's answers can have it. Nothing was imported; move or remove it and import the file again.
error-import-bad-state = line { $line }, message { $message }: the state { $value } is not known. Nothing was imported; use done, stopped, cut or failed and import the file again.
error-import-bad-correction = line { $line }, message { $message }: the correction is not text or is empty. Nothing was imported; correct or remove it and import the file again.
error-import-bad-mark = line { $line }, message { $message }: "{ $name }" is not as the export writes it. Nothing was imported; correct or remove it and import the file again.
error-import-bad-parent = line { $line }: { $value } is not the number of a message that stands before it. Nothing was imported; correct "parent" or "shown" and import the file again.
error-import-bad-entry = conversation { NUMBER($number) } of the file is in no shape that Agent1 knows. Nothing was imported; remove it, or export it again from its program, and import the file again.
error-import-bad-tree = conversation { NUMBER($number) } of the file: its messages answer one another in a circle, or one that is missing. Nothing was imported; remove it and import the file again.
error-import-entry-too-large = conversation { NUMBER($number) } of the file is too large (more than { NUMBER($megabytes) } MB, or too many parts). Nothing was imported; remove it and import the file again.
error-import-entry-too-deep = conversation { NUMBER($number) } of the file is nested too deeply. Nothing was imported; remove it and import the file again.
error-import-entry-not-json = the file is not valid JSON at conversation { NUMBER($number) }. Nothing was imported; export it again from its program and import the new file.
error-import-nothing-packed = There is no conversations.json in { $path }. Export your data from ChatGPT again and import that zip; of other programs, import the file with the conversations itself.
error-import-bad-archive = { $path } cannot be unpacked ({ $error }). Unpack it yourself and import the conversations.json in it.
error-export-folder-not-empty = { $path } is there already and not an empty folder. Choose another one with --output.
error-export-empty = There is nothing to export yet. Rate answers with 4 or 5 first.
error-export-no-pairs = There are no pairs to export yet. Ask an answer again and rate both, one well and one badly, or write how a bad one should have been.
error-export-needs-output = The format { $format } is a folder. Say where with --output.
error-export-needs-base-model = Axolotl elsewhere needs to know the base model. Name it, a Hugging Face name or a path there; on the command line with --base-model.
error-export-unknown-format = There is no export { $format }. There are: { $formats }.
error-file-not-kept = { $name } cannot be written on the machine of Agent1 ({ $error }). Free some space on its disk and try again.
error-export-not-written = { $path } cannot be written ({ $error }). Choose another place with --output.
error-no-template = The model server does not tell how it writes a prompt for { $tag }, and the model's file has no chat template. Choose another base model on the Admin page.
error-template-refused = The chat template of { $tag } does not take these conversations ({ $error }). Choose another base model on the Admin page.
error-nothing-fits = None of the { $left_out } well-rated answers is short enough to be trained. Rate some shorter answers and start again.
left-out-template = the base model's chat template does not take this conversation
left-out-empty = the answer is empty
left-out-unfinished = the answer is still being written
left-out-stopped = the answer was stopped before its end
left-out-cut = the answer was cut at the length limit
left-out-failed = the answer broke off with an error
left-out-error-notice = the answer is an error message
left-out-too-short = there is nothing in the answer but signs
left-out-breaks-off = the answer breaks off before its end
left-out-refusal = the answer is a refusal
left-out-loop = the answer says the same again and again
left-out-other-language = the answer is in another language than the question
left-out-no-question = no question stands before the answer
left-out-too-long = question and answer are too long for training
left-out-repeat = a repeat of an answer that is learned
left-out-held-out-repeat = a repeat in a conversation held out to measure: it stays out
left-out-rated-low-later = the same answer was rated low later
left-out-by-hand = left out by hand
left-out-personal = it holds personal data that is to be left out
left-out-rejected-model = the model that wrote it was measured and not put in use

## Command line

## Demo

## Verdicts

## Doctor

## What went wrong: home, database, settings, runs

## Base weights, vocabulary, export
error-starter-missing = The model server at {$address} has no model that can be trained, and the starter model is not here. Fetch it with make run, or download a model with ollama pull.
error-starter-unreachable = The starter model could not be fetched ({$reason}). Check the network and try again.
error-starter-damaged = {$path} is not the expected starter model and was not used. Fetch it again with make run.
error-cache-not-writable = {$folder} cannot be written to ({$problem}). Make room there or name another folder in AGENT1_CACHE, then try again.

## Command line

## Demo

## Verdicts

## Doctor

## What went wrong: home, database, settings, runs

## Base weights, vocabulary, export
error-embedded-processor = This computer's processor is too old for the built-in model server (it lacks AVX2). Install Ollama from ollama.com and start Agent1 again.
error-embedded-llama = The built-in model server cannot load llama.cpp: { $problem }. Run `make run` again to repair the installation.
error-embedded-openmp = llama.cpp needs the system library { $library }, which is not installed. Install it with `sudo apt-get install libgomp1`, then try again.
error-embedded-died = The built-in model server stopped while starting: { $problem }. Read { $log }, then try again.
error-embedded-slow = The built-in model server did not answer within { $seconds } seconds. Close other programs and try again; its log is { $log }.

## Command line

## Demo

## Verdicts

## Doctor

## What went wrong: home, database, settings, runs

## Base weights, vocabulary, export
error-training-disk-full = The disk is full: training needs { NUMBER($needed_mb) } MB more, and { NUMBER($free_mb) } MB are free. Free that much (what old runs left goes with: agent1 doctor --clean), then go on where it was with: agent1 resume
error-training-memory = The memory did not suffice ({ NUMBER($available_mb) } MB are free). Close other programs, and start again. If that is not enough, lower “Rows a step” or choose a smaller base model in ⚙️ Admin, 🔧 Settings.
error-training-config = Axolotl did not accept the training settings. Bring Agent1 up to date with make run, and start again. It said: { $reason }
error-training-data = The training data could not be used. Start again; if it happens twice, keep the log. Axolotl said: { $reason }
error-training-diverged = The training went out of control, and its result was not used. Rate more answers and start again.
error-stage-not-started = The next step of the fine-tuning could not be started ({ $reason }). Close other programs, and start again.
