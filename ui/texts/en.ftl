### English. Keys are shared with pt-BR.ftl; a test compares the two files.

## Frame

app-name = Agent1
tab-chat = 💬 Chat
tab-admin = ⚙️ Admin
language-switch = Language
sidebar-toggle = Show or hide the sidebar

## Chat

new-conversation = New conversation
recent-conversations = Recent conversations
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
answer-stopped = Stopped by you.
answer-cut = Cut off at the length limit.
answer-failed = This answer broke off. What was written is kept; press ↻ to ask again.
answer-none = No answer came. Your message is kept; press ↻ to ask again.
question-too-long = This message is too long: { $length } characters, { $most } fit. Shorten it and send it again.
rate-group = Rate this answer
face-1 = Very bad
face-2 = Bad
face-3 = Neutral
face-4 = Good
face-5 = Excellent
copy-message = Copy message

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
next-chat = Next step: chat about what matters to you, and rate the answers.
next-rate = Next step: rate the answers in your conversations with the faces below them.
next-better = Next step: correct the course. Ask again where an answer was bad, and rate the good ones.
next-start = Next step: press the button below.
next-watch = Next step: wait. You can go on chatting meanwhile.

## The button and the run

start-training = 🚀 Start fine-tuning
start-locked = 🔒 Not yet: { NUMBER($met) } of { NUMBER($criteria) } criteria met
start-running = ⏳ Fine-tuning is running
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
stage-kept = Kept
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
result-kept = 🟡 The new model { $tag } is ready but was not put in use.
result-failed = ⚠️ It did not work, and nothing was lost: the model in use stays as it was.
result-cancelled = Cancelled. Nothing was lost; you can start again at any time.
log-empty = Nothing written yet.
log-stage = Last lines of: { $stage }
log-download = Download the complete log

## Models

models-title = Models
models-empty = The model server has no model that can chat yet.
model-current = in use
model-use = Use this one
model-use-named = { $tag }
model-go-back = ↩︎ Go back
gigabytes = { NUMBER($size, maximumFractionDigits: 1) } GB
megabytes = { NUMBER($size, maximumFractionDigits: 0) } MB
model-switched = The chat now uses { $tag }.
automatic-training = Automatic training
automatic-info = Starts a fine-tuning by itself as soon as there is enough new material.
targets-title = Targets
targets-save = Save targets
targets-empty = A target is empty. Fill in all four and save again.
targets-saved = Targets saved.

## Reasons and failures. Each ends in the next step.

reason-without-words = No words are known for this reason ({ $key }). Look at the log for details.
error-not-admin = Only an admin may do this. Sign in as one.
error-host-not-loopback = The address { $host } can be reached from other machines, and there are no user accounts yet. Use AGENT1_HOST=127.0.0.1.
error-no-model = There is no model that can chat. Open ⚙️ Admin to see the models, or run: agent1 doctor
error-host-refused = This address is not one that Agent1 answers to. Open http://127.0.0.1 with its port instead.
error-origin-refused = This request comes from another site and was refused. Use Agent1's own page.
error-empty-question = The message is empty. Write something and send it.
error-no-such-conversation = This conversation does not exist. Choose another one or start a new one.
error-no-such-message = This message does not exist any more. Reload the page.
error-not-ratable = Only answers can be rated, from 1 to 5. Reload the page and try again.
error-newer-database = The data in { $path } come from a newer version of Agent1. Update Agent1 and start it again.
error-unreadable-database = The database { $path } cannot be opened ({ $error }). Check the file and its permissions, or put a backup in its place.
error-home-not-writable = The folder { $path } cannot be written. Give yourself permission to it, or choose another one with AGENT1_HOME.
error-bad-setting = The setting { $name } has a value that makes no sense: { $value }. Correct it and start again.
error-bad-policy = The setting { $name } has to lie between { NUMBER($lowest) } and { NUMBER($highest) }. Enter another value.
error-run-active = Fine-tuning no. { NUMBER($run) } is already running. Wait for its end, or cancel it.
error-no-such-run = There is no fine-tuning no. { NUMBER($run) }. Look at the list with: agent1 runs
