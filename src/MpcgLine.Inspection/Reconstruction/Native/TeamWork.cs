using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>
/// Work in parts, which the threads of <see cref="ProcessorTeam"/> share. One call at a time; nothing is left to the collector.
/// </summary>
internal abstract unsafe class TeamWork
{
    private int _parts;
    private int _taken;
    private Exception? _failure;

    /// <summary>Does all parts; returns when the last is done.</summary>
    /// <exception cref="Exception">A part's own; others may then be left undone.</exception>
    protected void Share(int parts)
    {
        (_parts, _taken, _failure) = (parts, 0, null);
        if (parts > 1 && ProcessorTeam.IsAvailable)
        {
            GCHandle self = GCHandle.Alloc(this);
            try
            {
                ProcessorTeam.Run(&OnThread, (void*)GCHandle.ToIntPtr(self));
            }
            finally
            {
                self.Free();
            }
        }
        else
        {
            DoWhatIsLeft();
        }

        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Does one part, on any of the threads.</summary>
    protected abstract void Do(int part);

    private void DoWhatIsLeft()
    {
        try
        {
            int part;
            while ((part = Interlocked.Increment(ref _taken) - 1) < _parts)
            {
                Do(part);
            }
        }
        catch (Exception e)
        {
            // Nobody could catch it beyond native code.
            _failure = e;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnThread(void* self) => ((TeamWork)GCHandle.FromIntPtr((nint)self).Target!).DoWhatIsLeft();
}
