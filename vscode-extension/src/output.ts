// The output channel for what components write while they run.
import * as vscode from "vscode";
import { type GuestOutput, GuestLines } from "./server/output";

export class OutputOfGuests implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel("Witlens: Components");
  private readonly lines = new GuestLines();
  private shown = false;

  add(output: GuestOutput): void {
    this.channel.append(this.lines.add(output));
    // Once, so that people learn where it goes; then they decide what is on their screen.
    if (!this.shown && vscode.workspace.getConfiguration("witlens").get<boolean>("revealOutput", true)) {
      this.channel.show(true);
    }
    this.shown = true;
  }

  show(): void {
    this.channel.show();
  }

  dispose(): void {
    this.channel.dispose();
  }
}
