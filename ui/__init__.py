"""What people see: the command line and the Gradio pages. The only room that wires the others."""
