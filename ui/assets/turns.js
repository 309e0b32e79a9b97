// Carries what stands beside the messages from the server to chat.js, and back what a person does with them.
agent1.act = (what) => trigger("act", what);
agent1.say = (what) => trigger("say", what);
watch("value", () => agent1.tell(JSON.parse(props.value), () => trigger("follow", {})));
